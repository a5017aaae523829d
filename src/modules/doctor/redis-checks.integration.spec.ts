import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { RedisInstance } from '../../../test/support/redis-instance.js';
import { Env } from '../../platform/config/env.js';
import { collectFindings } from './collect-findings.js';
import type { Finding } from './finding.js';
import { checkRedis } from './redis-checks.js';

const PASSWORD = 'correct-horse-battery';

const collectRedisFindings = async (REDIS_URL: string): Promise<Finding[]> =>
  collectFindings({
    name: 'redis',
    runChecks: () => checkRedis(Object.assign(new Env(), { REDIS_URL })),
  });
const excludeStatus = (findings: Finding[], status: Finding['status']) =>
  findings.filter((finding) => finding.status !== status);

describe('checkRedis()', () => {
  let redis: RedisInstance;
  beforeAll(async () => {
    redis = await RedisInstance.start({ password: PASSWORD });
  });
  afterAll(() => redis.stop());
  beforeEach(async () => {
    await redis.sendCommand('CONFIG', 'SET', 'maxmemory', '0');
    await redis.sendCommand('CONFIG', 'SET', 'maxmemory-policy', 'noeviction');
  });

  it('checkRedis() reports no problems for a standalone Redis', async () => {
    const findings = await collectRedisFindings(redis.url());
    expect(excludeStatus(findings, 'ok')).toEqual([]);
    expect(findings.map(({ check }) => check)).toEqual([
      'redis.connection',
      'redis.writable',
      'redis.clock',
      'redis.version',
      'redis.eviction',
      'redis.persistence',
    ]);
  });

  it.each([
    ['0', 'warning'],
    ['100mb', 'error'],
  ])(
    'checkRedis() reports an eviction policy with maxmemory %s as %j',
    async (maxmemory, status) => {
      await redis.sendCommand('CONFIG', 'SET', 'maxmemory', maxmemory);
      await redis.sendCommand('CONFIG', 'SET', 'maxmemory-policy', 'allkeys-lru');
      expect(excludeStatus(await collectRedisFindings(redis.url()), 'ok')).toMatchObject([
        { status, check: 'redis.eviction', message: expect.stringContaining('allkeys-lru') },
      ]);
    },
  );

  it('checkRedis() accepts an eviction policy that removes only keys with an expiration', async () => {
    await redis.sendCommand('CONFIG', 'SET', 'maxmemory', '100mb');
    await redis.sendCommand('CONFIG', 'SET', 'maxmemory-policy', 'volatile-lru');
    expect(excludeStatus(await collectRedisFindings(redis.url()), 'ok')).toEqual([]);
  });

  it('checkRedis() reports a wrong password without showing it', async () => {
    const findings = await collectRedisFindings(redis.url('wrong-horse'));
    expect(findings).toMatchObject([
      { status: 'error', check: 'redis.connection', message: expect.stringContaining('WRONGPASS') },
    ]);
    expect(JSON.stringify(findings)).not.toContain('wrong-horse');
  });

  it('checkRedis() reports a user without write permission', async () => {
    await redis.sendCommand(
      'ACL',
      'SETUSER',
      'reader',
      'on',
      '>reader-password',
      '~*',
      '+@read',
      '+@connection',
      '+info',
      '+time',
    );
    const url = redis.url().replace(`:${PASSWORD}`, 'reader:reader-password');
    expect(excludeStatus(await collectRedisFindings(url), 'ok')).toMatchObject([
      {
        status: 'error',
        check: 'redis.writable',
        message: expect.stringContaining('lacks permissions'),
      },
    ]);
  });

  it('checkRedis() reports a replica', async () => {
    const primary = await RedisInstance.start();
    const replica = await RedisInstance.start({
      settings: { replicaof: `127.0.0.1 ${primary.port}` },
    });
    try {
      expect(await collectRedisFindings(replica.url())).toContainEqual(
        expect.objectContaining({ status: 'error', check: 'redis.writable' }),
      );
    } finally {
      await replica.stop();
      await primary.stop();
    }
  });

  it('checkRedis() reports an unreachable Redis', async () => {
    expect(await collectRedisFindings('redis://127.0.0.1:1')).toMatchObject([
      {
        status: 'error',
        check: 'redis.connection',
        message: expect.stringContaining('ECONNREFUSED'),
        fix: expect.stringContaining('Check Redis'),
      },
    ]);
  });
});
