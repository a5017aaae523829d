import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createRedis, type TestRedis } from '../../../test/support/redis.js';
import { type AppLimits, createAppLimits } from '../../../test/support/shared-limits.js';
import { MAX_RESENDS_OF_DELIVERY, MAX_RESENDS_OF_OWNER, ResendLimit } from './resend-limit.js';

const limited = { code: 'resend_limited', status: 429 };

describe('ResendLimit', () => {
  let redis: TestRedis;
  let apps: AppLimits[];

  beforeAll(async () => {
    redis = await createRedis();
    apps = await Promise.all([0, 1].map(() => createAppLimits(redis.url)));
  });
  beforeEach(() => redis.flush());
  afterAll(() => {
    for (const app of apps) app.close();
  });

  it('ResendLimit limits the resends of one delivery across processes and says when the next resend is allowed', async () => {
    const [limit, other] = apps.map(({ limits }) => new ResendLimit(limits));
    for (let i = 0; i < MAX_RESENDS_OF_DELIVERY; i += 1) await limit.countResend('shop', 'a');
    await expect(limit.countResend('shop', 'a')).rejects.toMatchObject({
      ...limited,
      retryAfterMs: expect.any(Number) as number,
    });
    await expect(other.countResend('shop', 'a')).rejects.toMatchObject(limited);
    await expect(limit.countResend('shop', 'b')).resolves.toBeUndefined();
  });

  it('ResendLimit limits the resends of one owner across all deliveries, without affecting other owners', async () => {
    const limit = new ResendLimit(apps[0].limits);
    for (let i = 0; i < MAX_RESENDS_OF_OWNER; i += 1) await limit.countResend('shop', String(i));
    await expect(limit.countResend('shop', 'next')).rejects.toMatchObject(limited);
    await expect(limit.countResend('desk', 'theirs')).resolves.toBeUndefined();
  });
});
