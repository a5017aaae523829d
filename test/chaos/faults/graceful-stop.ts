import type { Fault, Run } from '../run.js';

const MAX_STOP_SECONDS = 15;

/** SIGTERM: exit code 0 within 15 s, and no attempt is counted. */
export const gracefulStop: Fault = {
  name: 'SIGTERM',
  async inject(run) {
    let slowestSeconds = 0;
    for (let remaining = run.choose(10, 1); remaining > 0; remaining--) {
      await run.pause(100, run.choose(1500, 300));
      const before = await countLeases(run);
      const { endedAt, seconds } = await stop(run);
      slowestSeconds = Math.max(slowestSeconds, seconds);
      const { leased } = await countLeases(run);
      if (leased > 0) run.problems.push(`${leased} images kept their lease`);
      await run.startApp();
      await run.waitForRecovery(endedAt);
      // A lease that was not released counts as an interruption when it expires.
      const interruptedCount = (await countLeases(run)).interruptions - before.interruptions;
      if (interruptedCount > 0)
        run.problems.push(`${interruptedCount} images count as interrupted`);
    }
    run.notes.push(`the slowest stop took ${slowestSeconds.toFixed(1)} s`);
  },
};

/** Counts the leased images, and the interruptions of images whose app exited without releasing its leases. */
async function countLeases(run: Run): Promise<{ leased: number; interruptions: number }> {
  const [row] = await run.fixture.sql<{ leased: number; interruptions: number }>(
    `SELECT count(*) FILTER (WHERE status = 'processing')::int AS leased,
            sum(interruptions)::int AS interruptions FROM images`,
  );
  return row;
}

/** A stop during an outage also ends in time, although the app cannot release its leases. */
export const stopsDuringOutage = (['Redis', 'PostgreSQL'] as const).map((server): Fault => ({
  name: `SIGTERM while ${server} is unavailable`,
  mayReject: true,
  async inject(run) {
    const proxy = server === 'Redis' ? run.fixture.redisProxy : run.fixture.postgresProxy;
    for (let remaining = run.choose(3, 1); remaining > 0; remaining--) {
      await proxy.refuseConnections();
      await run.pause(300, 1500);
      await stop(run);
      await proxy.acceptConnections();
      const availableAt = Date.now();
      await run.startApp();
      await run.waitForRecovery(availableAt);
    }
  },
}));

/** Stops the app. Rejects if the exit code is not 0. Returns the end time and the duration of the stop. */
async function stop(run: Run): Promise<{ endedAt: number; seconds: number }> {
  const startedAt = Date.now();
  await run.fixture.stopMain();
  const endedAt = Date.now();
  run.countInjections();
  const seconds = (endedAt - startedAt) / 1000;
  if (seconds > MAX_STOP_SECONDS) run.problems.push(`the stop took ${seconds} s`);
  return { endedAt, seconds };
}
