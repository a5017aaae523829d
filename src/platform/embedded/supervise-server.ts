import { setTimeout as sleep } from 'node:timers/promises';
import type { GuardedProcess } from './guarded-process.js';
import type { StartupLogger } from './startup-logger.js';

/** Delays before restart attempts. The last delay applies to all further attempts. */
const RESTART_DELAYS_MS = [100, 1_000, 5_000, 15_000];

export interface SupervisedServer {
  stop(): Promise<void>;
}

/**
 * Starts a server and restarts it on the same port whenever it exits, for example because of a crash or the
 * OOM killer. The app reconnects in the same way as after a short outage.
 */
export async function superviseServer(
  serverName: string,
  log: StartupLogger,
  start: () => Promise<GuardedProcess>,
): Promise<SupervisedServer> {
  let currentServer = await start();
  const stopController = new AbortController();

  const supervision = (async () => {
    for (;;) {
      const status = await currentServer.exited;
      if (stopController.signal.aborted) return;
      log.error(`${serverName} exited unexpectedly (status ${status}); restarting it`);
      const restartedServer = await restart(serverName, log, start, stopController.signal);
      if (restartedServer === undefined) return;
      currentServer = restartedServer;
      if (stopController.signal.aborted) await currentServer.stop();
      else log.info(`${serverName} is running again`);
    }
  })();

  return {
    async stop() {
      stopController.abort();
      if (await currentServer.stop()) await supervision;
      else log.warn(`${serverName} is still stopping. The next start will wait for it.`);
    },
  };
}

async function restart(
  serverName: string,
  log: StartupLogger,
  start: () => Promise<GuardedProcess>,
  stopSignal: AbortSignal,
): Promise<GuardedProcess | undefined> {
  for (let attempt = 0; !stopSignal.aborted; attempt++) {
    const delayMs = RESTART_DELAYS_MS[Math.min(attempt, RESTART_DELAYS_MS.length - 1)];
    await sleep(delayMs, undefined, { signal: stopSignal }).catch(() => {});
    if (stopSignal.aborted) return undefined;
    try {
      return await start();
    } catch (error) {
      log.error(`${serverName} could not be restartedServer: ${(error as Error).message}`);
    }
  }
  return undefined;
}
