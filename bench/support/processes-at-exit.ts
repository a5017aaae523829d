import { constants } from 'node:os';
import { listProcessTree } from './processes.js';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Kills all descendants of this process when it exits or receives a signal: apps, decoders, servers and their sessions.
 * Without this function, a signal would end only this process. The files of the descendants are temporary.
 */
export function killDescendantsAtExit(): void {
  process.once('exit', () => {
    for (const pid of listProcessTree(process.pid).slice(1)) killProcess(pid);
  });
  for (const signal of SIGNALS) {
    process.once(signal, () => process.exit(128 + constants.signals[signal]));
  }
}

function killProcess(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    // The process has already exited.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
