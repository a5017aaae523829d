import { randomBytes } from 'node:crypto';
import type { Fault } from '../run.js';

/** The password of Redis changes and all connections end. Later the old password is valid again. */
export const passwordRotation: Fault = {
  name: 'Redis password rotation',
  async inject(run) {
    const { bench } = run;
    const isReported = async () => {
      const response = await fetch(`${bench.url}/health/ready`);
      return response.status === 200 && (await response.text()).includes('authentication_failed');
    };
    await bench.redis(async (redis) => {
      const password = redis.options.password!;
      const change = (to: string) => redis.config('SET', 'requirepass', to);
      try {
        await change(randomBytes(12).toString('hex'));
        bench.toRedis.reset();
        run.countInjections();
        await run.waitFor(isReported, {
          description: '/health/ready to report the rejected password',
        });
        await run.pause(run.choose(20_000, 500));
      } finally {
        await change(password);
      }
      await run.waitForRecovery(Date.now());
      if (bench.log.includes(password)) run.problems.push('the log has the password of Redis');
    });
  },
};
