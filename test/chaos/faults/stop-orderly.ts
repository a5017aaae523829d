import type { Fault, Run } from '../run.js';

const MAX_SECONDS = 15;

/** SIGTERM: exit code 0 within 15 s, and no attempt is counted. */
export const stopOrderly: Fault = {
  name: 'SIGTERM',
  async inject(run) {
    let slowest = 0;
    for (let left = run.choose(10, 1); left > 0; left--) {
      await run.pause(100, run.choose(1500, 300));
      const before = await leases(run);
      const { at, seconds } = await stop(run);
      slowest = Math.max(slowest, seconds);
      const { held } = await leases(run);
      if (held > 0) run.problems.push(`${held} images kept their lease`);
      await run.startApp();
      await run.waitForRecovery(at);
      // A lease that was not released counts as an interruption when it expires.
      const interrupted = (await leases(run)).interruptions - before.interruptions;
      if (interrupted > 0) run.problems.push(`${interrupted} images count as interrupted`);
    }
    run.notes.push(`the slowest stop took ${slowest.toFixed(1)} s`);
  },
};

/** Counts the images under lease, and the leases whose app has vanished. */
async function leases(run: Run): Promise<{ held: number; interruptions: number }> {
  const [row] = await run.bench.sql<{ held: number; interruptions: number }>(
    `SELECT count(*) FILTER (WHERE status = 'processing')::int AS held,
            sum(interruptions)::int AS interruptions FROM images`,
  );
  return row;
}

/** A stop during an outage ends as well, although no lease can be released. */
export const stopWithout = (['Redis', 'PostgreSQL'] as const).map((server): Fault => ({
  name: `SIGTERM while ${server} is unavailable`,
  mayReject: true,
  async inject(run) {
    const proxy = server === 'Redis' ? run.bench.toRedis : run.bench.toPostgres;
    for (let left = run.choose(3, 1); left > 0; left--) {
      await proxy.refuse();
      await run.pause(300, 1500);
      await stop(run);
      await proxy.accept();
      const at = Date.now();
      await run.startApp();
      await run.waitForRecovery(at);
    }
  },
}));

/** Stops the app. Rejects when the exit code is not 0. Returns the time of the end and the duration. */
async function stop(run: Run): Promise<{ at: number; seconds: number }> {
  const began = Date.now();
  await run.bench.stopMain();
  const at = Date.now();
  run.countInjections();
  const seconds = (at - began) / 1000;
  if (seconds > MAX_SECONDS) run.problems.push(`the stop took ${seconds} s`);
  return { at, seconds };
}
