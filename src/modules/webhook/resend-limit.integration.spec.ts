import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createRedis, type TestRedis } from '../../../test/support/redis.js';
import { type AppLimits, createAppLimits } from '../../../test/support/shared-limits.js';
import { MAX_RESENDS_PER_DELIVERY, MAX_RESENDS_PER_OWNER, ResendLimit } from './resend-limit.js';

const RESEND_LIMITED = { code: 'resend_limited', status: 429 };

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

  it('ResendLimit limits the resends of a delivery across processes and reports when the next resend is allowed', async () => {
    const [limit, otherLimit] = apps.map(({ limits }) => new ResendLimit(limits));
    for (let i = 0; i < MAX_RESENDS_PER_DELIVERY; i += 1) await limit.countResend('shop', 'a');
    await expect(limit.countResend('shop', 'a')).rejects.toMatchObject({
      ...RESEND_LIMITED,
      retryAfterMs: expect.any(Number) as number,
    });
    await expect(otherLimit.countResend('shop', 'a')).rejects.toMatchObject(RESEND_LIMITED);
    await expect(limit.countResend('shop', 'b')).resolves.toBeUndefined();
  });

  it('ResendLimit limits the resends of an owner across deliveries without affecting other owners', async () => {
    const limit = new ResendLimit(apps[0].limits);
    for (let i = 0; i < MAX_RESENDS_PER_OWNER; i += 1) await limit.countResend('shop', String(i));
    await expect(limit.countResend('shop', 'another')).rejects.toMatchObject(RESEND_LIMITED);
    await expect(limit.countResend('desk', 'other')).resolves.toBeUndefined();
  });
});
