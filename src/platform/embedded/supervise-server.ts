import { setTimeout as sleep } from 'node:timers/promises';
import type { GuardedProcess } from './guarded-process.js';
import type { Log } from './log.js';

/** Delays between restarts of a server, in milliseconds. The last one repeats without limit. */
const RESTART_DELAYS = [100, 1_000, 5_000, 15_000];

export interface SupervisedServer {
  stop(): Promise<void>;
}

/**
 * Starts a server and restarts it on the same port whenever it exits (a crash, the OOM killer). The app
 * reconnects as after a short outage.
 */
export async function superviseServer(
  serverName: string,
  log: Log,
  start: () => Promise<GuardedProcess>,
): Promise<SupervisedServer> {
  let current = await start();
  const stopping = new AbortController();

  const supervised = (async () => {
    for (;;) {
      const status = await current.exited;
      if (stopping.signal.aborted) return;
      log.error(`${serverName} exited unexpectedly (status ${status}); restarting it`);
      const next = await startAgain(serverName, log, start, stopping.signal);
      if (next === undefined) return;
      current = next;
      if (stopping.signal.aborted) await current.stop();
      else log.info(`${serverName} is running again`);
    }
  })();

  return {
    async stop() {
      stopping.abort();
      if (await current.stop()) await supervised;
      else log.warn(`${serverName} is still stopping; the next start waits for it`);
    },
  };
}

async function startAgain(
  serverName: string,
  log: Log,
  start: () => Promise<GuardedProcess>,
  stopping: AbortSignal,
): Promise<GuardedProcess | undefined> {
  for (let attempts = 0; !stopping.aborted; attempts++) {
    const delay = RESTART_DELAYS[Math.min(attempts, RESTART_DELAYS.length - 1)];
    await sleep(delay, undefined, { signal: stopping }).catch(() => {});
    if (stopping.aborted) return undefined;
    try {
      return await start();
    } catch (error) {
      log.error(`${serverName} could not be restarted: ${(error as Error).message}`);
    }
  }
  return undefined;
}
