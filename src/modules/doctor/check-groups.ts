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
 * Creates the check groups for these settings, in the order of the report.
 * @param databaseUrl undefined if the embedded PostgreSQL is not running
 */
export function createCheckGroups(env: Env, databaseUrl: string | undefined): CheckGroup[] {
  const { PUBLIC_URL, REDIS_URL } = env;
  return [
    { name: 'machine', runChecks: () => checkMachine(env) },
    { name: 'images', runChecks: () => checkImageLibrary() },
    databaseUrl === undefined
      ? createMissingSettingGroup('postgresql', 'DATABASE_URL', 'PostgreSQL')
      : { name: 'postgresql', runChecks: () => checkPostgres(databaseUrl, env) },
    REDIS_URL === undefined
      ? createMissingSettingGroup('redis', 'REDIS_URL', 'Redis')
      : { name: 'redis', runChecks: () => checkRedis(env) },
    { name: 'disk', runChecks: () => checkDisk(env) },
    ...(env.STORAGE === 's3' ? [{ name: 's3', runChecks: () => checkS3(env) }] : []),
    ...(PUBLIC_URL === undefined
      ? []
      : [{ name: 'proxy', runChecks: () => checkProxy(PUBLIC_URL, env) }]),
    { name: 'dns', runChecks: () => checkDns(env) },
  ];
}

const createMissingSettingGroup = (name: string, setting: string, server: string): CheckGroup => ({
  name,
  async *runChecks() {
    yield ok(
      `${name}.connection`,
      `${setting} is not set, so the app starts an embedded ${server}.`,
    );
  },
});
