import { randomBytes } from 'node:crypto';
import { eventually } from '../../support/eventually.js';
import type { Fault } from '../run.js';
import type { Run } from '../run.js';

/** The password of Redis changes and all connections break; later the old password works again. */
export const passwordRotation: Fault = {
  name: 'Redis password rotation',
  async inject(run) {
    const { bench } = run;
    await bench.redis(async (redis) => {
      const password = redis.options.password!;
      const change = (to: string) => redis.config('SET', 'requirepass', to);
      try {
        await change(randomBytes(12).toString('hex'));
        bench.toRedis.reset();
        run.injected();
        await reported(run);
        await run.pause(run.of(20_000, 500));
      } finally {
        await change(password);
      }
      await run.recovered(Date.now());
      if (bench.log.includes(password)) run.problems.push('the log has the password of Redis');
    });
  },
};

async function reported({ bench }: Run): Promise<void> {
  await eventually(
    async () => {
      const response = await fetch(`${bench.url}/health/ready`);
      return response.status === 200 && (await response.text()).includes('authentication_failed');
    },
    { timeoutMs: 30_000, what: '/health/ready to report the rejected password' },
  );
}
