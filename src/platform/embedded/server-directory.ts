import { mkdirSync, readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { DataDirInUseError, EmbeddedServerError } from './errors.js';
import {
  type GuardedProcess,
  type GuardedCommand,
  LOCKED,
  startGuardedProcess,
} from './guarded-process.js';
import type { Log } from './log.js';
import { runsInDirectory, runningPid } from './process-identity.js';

/** After a crash PostgreSQL replays up to `max_wal_size`, and Redis loads its whole file. */
const READY_MS = 600_000;
const LOG_AFTER_MS = 5_000;
/** Maximum time for a server of the previous run to stop. */
const PREVIOUS_RUN_MS = 60_000;
/** Time after which a server without a guard is stopped from here. */
const ORPHAN_AFTER_MS = 3_000;

/** Directory of a private server, used by one app and one server at a time. */
export class ServerDirectory {
  readonly logFile: string;

  constructor(
    readonly path: string,
    private readonly serverName: string,
    private readonly log: Log,
  ) {
    mkdirSync(path, { recursive: true, mode: 0o700 });
    this.logFile = join(path, 'server.log');
  }

  /** @throws DataDirInUseError when another running app owns the directory */
  refuseIfInUse(): void {
    const pid = runningPid(this.read('owner'));
    if (pid !== undefined && pid !== process.pid) throw new DataDirInUseError(this.path, pid);
  }

  /**
   * Waits for a server of the previous run, starts the command and waits until `isReady`.
   * @throws EmbeddedServerError with the last lines of the server's log
   */
  async start(
    command: Pick<GuardedCommand, 'command' | 'signal' | 'staleFile' | 'env'>,
    isReady: () => Promise<boolean>,
  ): Promise<GuardedProcess> {
    const lockDeadline = Date.now() + PREVIOUS_RUN_MS;
    await this.waitForPreviousServer(command.signal, lockDeadline);
    this.refuseIfInUse();
    this.keepPreviousLog();
    for (;;) {
      this.refuseIfInUse();
      const guarded = startGuardedProcess({
        ...command,
        directory: this.path,
        logFile: this.logFile,
      });
      if (await this.waitUntilReady(guarded, isReady)) return guarded;
      if ((await guarded.exited) !== LOCKED) throw this.failure('ended while it was starting');
      if (Date.now() > lockDeadline) throw new DataDirInUseError(this.path, undefined);
      this.endOrphan(command.signal, lockDeadline);
      await sleep(100);
    }
  }

  private keepPreviousLog(): void {
    try {
      renameSync(this.logFile, `${this.logFile}.1`);
    } catch (error) {
      // The file does not exist, or another app that starts now has removed it.
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    }
  }

  private async waitUntilReady(
    guarded: GuardedProcess,
    isReady: () => Promise<boolean>,
  ): Promise<boolean> {
    const began = Date.now();
    let isLogged = false;
    while (!guarded.hasExited) {
      if (await isReady()) return true;
      const waited = Date.now() - began;
      if (waited > READY_MS) {
        await guarded.stop();
        throw this.failure(`was not ready within ${READY_MS / 1000} s`);
      }
      if (waited > LOG_AFTER_MS && !isLogged) {
        isLogged = true;
        this.log.info(`${this.serverName} is still starting (${this.logFile})`);
      }
      await Promise.race([guarded.exited, sleep(25)]);
    }
    return false;
  }

  private async waitForPreviousServer(signal: 'INT' | 'TERM', deadline: number): Promise<void> {
    if (this.previousServer() === undefined) return;
    this.refuseIfInUse();
    this.log.info(`Waiting for ${this.serverName} of the previous run to stop`);
    while (this.previousServer() !== undefined) {
      if (Date.now() > deadline) throw new DataDirInUseError(this.path, undefined);
      this.endOrphan(signal, deadline);
      await sleep(50);
    }
  }

  /** Returns the server that the `pid` file of this directory names, if it still runs. */
  private previousServer(): number | undefined {
    const pid = Number.parseInt(this.read('pid') ?? '', 10);
    return pid > 0 && runsInDirectory(pid, this.path) ? pid : undefined;
  }

  private endOrphan(signal: 'INT' | 'TERM', deadline: number): void {
    const pid = this.previousServer();
    if (pid !== undefined && Date.now() > deadline - PREVIOUS_RUN_MS + ORPHAN_AFTER_MS) {
      process.kill(pid, `SIG${signal}`);
    }
  }

  failure(what: string): EmbeddedServerError {
    const lines = (this.read('server.log') ?? '').split('\n').slice(-20);
    const errorLines = lines.filter((line) => /FATAL|PANIC|ERROR|# (?!WARNING)|error/.test(line));
    const output = (errorLines.length > 0 ? errorLines : lines).slice(-2).join(' | ').trim();
    return new EmbeddedServerError(
      `The private ${this.serverName} ${what}: ${output || 'it printed nothing'} (${this.logFile})`,
      lines.join('\n'),
    );
  }

  private read(file: string): string | undefined {
    try {
      return readFileSync(join(this.path, file), 'utf8').trim();
    } catch {
      return undefined;
    }
  }
}
