import type { Env } from '../../platform/config/env.js';
import type { CheckGroup } from './collect-findings.js';
import { checkDisk } from './disk-checks.js';
import { checkDns } from './dns-checks.js';
import { ok } from './finding.js';
import { checkImageLibrary } from './image-checks.js';
import { checkMachine } from './machine-checks.js';
import { checkPostgres } from './postgres-checks.js';
import { checkProxy } from './proxy-checks.js';
import { checkRedis } from './redis-checks.js';
import { checkS3 } from './s3-checks.js';

/**
 * Returns the checks for these settings, in the order of the report.
 * @param databaseUrl undefined for a private PostgreSQL that does not run
 */
export function checkGroups(env: Env, databaseUrl: string | undefined): CheckGroup[] {
  const { PUBLIC_URL, REDIS_URL } = env;
  return [
    { name: 'machine', findings: () => checkMachine(env) },
    { name: 'images', findings: () => checkImageLibrary() },
    databaseUrl === undefined
      ? notConfigured('postgresql', 'DATABASE_URL', 'PostgreSQL')
      : { name: 'postgresql', findings: () => checkPostgres(databaseUrl, env) },
    REDIS_URL === undefined
      ? notConfigured('redis', 'REDIS_URL', 'Redis')
      : { name: 'redis', findings: () => checkRedis(env) },
    { name: 'disk', findings: () => checkDisk(env) },
    ...(env.STORAGE === 's3' ? [{ name: 's3', findings: () => checkS3(env) }] : []),
    ...(PUBLIC_URL === undefined
      ? []
      : [{ name: 'proxy', findings: () => checkProxy(PUBLIC_URL, env) }]),
    { name: 'dns', findings: () => checkDns(env) },
  ];
}

const notConfigured = (name: string, setting: string, server: string): CheckGroup => ({
  name,
  async *findings() {
    yield ok(`${name}.connection`, `${setting} is not set: the app starts a private ${server}.`);
  },
});
