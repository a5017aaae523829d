import { randomBytes } from 'node:crypto';
import type { Fault } from '../run.js';

/** The Redis password changes, and all connections are closed. Later, the old password is valid again. */
export const passwordRotation: Fault = {
  name: 'Redis password rotation',
  async inject(run) {
    const { fixture } = run;
    const isRejectionReported = async () => {
      const response = await fetch(`${fixture.url}/health/ready`);
      return response.status === 200 && (await response.text()).includes('authentication_failed');
    };
    await fixture.redis(async (redis) => {
      const password = redis.options.password!;
      const setPassword = (newPassword: string) => redis.config('SET', 'requirepass', newPassword);
      try {
        await setPassword(randomBytes(12).toString('hex'));
        fixture.redisProxy.resetConnections();
        run.countInjections();
        await run.waitFor(isRejectionReported, {
          description: '/health/ready to report the rejected password',
        });
        await run.pause(run.choose(20_000, 500));
      } finally {
        await setPassword(password);
      }
      await run.waitForRecovery(Date.now());
      if (fixture.log.includes(password)) run.problems.push('the log contains the Redis password');
    });
  },
};
