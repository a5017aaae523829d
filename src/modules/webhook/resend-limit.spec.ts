import { describe, expect, it } from 'vitest';
import { MAX_RESENDS_OF_DELIVERY, MAX_RESENDS_OF_OWNER, ResendLimit } from './resend-limit.js';

const limited = { code: 'resend_limited', status: 429 };

describe('ResendLimit', () => {
  it('ResendLimit limits the resends of one delivery and returns the time of the next one', async () => {
    const limit = new ResendLimit();
    for (let i = 0; i < MAX_RESENDS_OF_DELIVERY; i += 1) await limit.countResend('shop', 'a');
    await expect(limit.countResend('shop', 'a')).rejects.toMatchObject({
      ...limited,
      retryAfterMs: expect.any(Number) as number,
    });
    await expect(limit.countResend('shop', 'b')).resolves.toBeUndefined();
  });

  it('ResendLimit limits the resends of each owner over all its deliveries', async () => {
    const limit = new ResendLimit();
    for (let i = 0; i < MAX_RESENDS_OF_OWNER; i += 1) await limit.countResend('shop', String(i));
    await expect(limit.countResend('shop', 'next')).rejects.toMatchObject(limited);
    await expect(limit.countResend('desk', 'theirs')).resolves.toBeUndefined();
  });
});
