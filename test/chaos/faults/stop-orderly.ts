import type { Run } from '../run.js';
import type { Fault } from '../run.js';

const MAX_SECONDS = 15;

/** SIGTERM: exit code 0 within 15 s, and no image is charged a try. */
export const stopOrderly: Fault = {
  name: 'SIGTERM',
  async inject(run) {
    let slowest = 0;
    for (let left = run.of(10, 1); left > 0; left--) {
      await run.pause(100, 1500);
      const before = await inHand(run);
      const { at, seconds } = await stop(run);
      slowest = Math.max(slowest, seconds);
      const { held } = await inHand(run);
      if (held > 0) run.problems.push(`${held} images were not given back`);
      await run.bench.startMain();
      await run.recovered(at);
      // A lease that was left behind would be found out, at the latest, when it runs out.
      const interrupted = (await inHand(run)).interruptions - before.interruptions;
      if (interrupted > 0) run.problems.push(`${interrupted} images count as interrupted`);
    }
    run.notes.push(`the longest stop took ${slowest.toFixed(1)} s`);
  },
};

/** Images that an app has under lease, and how often one was found that its app had left behind. */
async function inHand(run: Run): Promise<{ held: number; interruptions: number }> {
  const [row] = await run.bench.sql<{ held: number; interruptions: number }>(
    `SELECT count(*) FILTER (WHERE status = 'processing')::int AS held,
            sum(interruptions)::int AS interruptions FROM images`,
  );
  return row;
}

/** A stop in the middle of an outage ends as well, though nothing can be given back. */
export const stopWithout = (['Redis', 'PostgreSQL'] as const).map((server): Fault => ({
  name: `SIGTERM while ${server} is away`,
  mayRefuse: true,
  async inject(run) {
    const proxy = server === 'Redis' ? run.bench.toRedis : run.bench.toPostgres;
    for (let left = run.of(3, 1); left > 0; left--) {
      await proxy.refuse();
      await run.pause(300, 1500);
      await stop(run);
      await proxy.accept();
      const at = Date.now();
      await run.bench.startMain();
      await run.recovered(at);
    }
  },
}));

/** Fails when the app does not end with 0. Answers when it has ended, and how long that took. */
async function stop(run: Run): Promise<{ at: number; seconds: number }> {
  const asked = Date.now();
  await run.bench.stopMain();
  const at = Date.now();
  run.injected();
  const seconds = (at - asked) / 1000;
  if (seconds > MAX_SECONDS) run.problems.push(`the stop took ${seconds} s`);
  return { at, seconds };
}
