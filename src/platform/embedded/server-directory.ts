import { mkdirSync, readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { DataDirInUseError, EmbeddedServerError } from './errors.js';
import {
  type GuardedProcess,
  type GuardedCommand,
  EXIT_LOCKED,
  startGuardedProcess,
} from './guarded-process.js';
import type { StartupLogger } from './startup-logger.js';
import { runsInDirectory, findRunningPid } from './process-identity.js';

/** Long enough for PostgreSQL to replay up to `max_wal_size` of WAL, and for Redis to load its file, after a crash. */
const STARTUP_TIMEOUT_MS = 600_000;
/** Time after which a slow start is logged. */
const SLOW_START_MS = 5_000;
/** Maximum time for a server of the previous run to stop. */
const PREVIOUS_RUN_TIMEOUT_MS = 60_000;
/** Time after which this process stops a server that has no guard. */
const ORPHAN_GRACE_MS = 3_000;

/** Directory of an embedded server. Only one app and one server can use it at a time. */
export class ServerDirectory {
  readonly logFile: string;

  constructor(
    readonly path: string,
    private readonly serverName: string,
    private readonly log: StartupLogger,
  ) {
    mkdirSync(path, { recursive: true, mode: 0o700 });
    this.logFile = join(path, 'server.log');
  }

  /** @throws DataDirInUseError if another running app owns the directory */
  assertNotInUse(): void {
    const pid = findRunningPid(this.readFile('owner'));
    if (pid !== undefined && pid !== process.pid) throw new DataDirInUseError(this.path, pid);
  }

  /**
   * Waits until the server of the previous run has stopped, starts the command and waits until it is ready.
   * @throws EmbeddedServerError with the last lines of the server's log
   */
  async startServer(
    command: Pick<GuardedCommand, 'command' | 'signal' | 'staleFile' | 'env'>,
    isReady: () => Promise<boolean>,
  ): Promise<GuardedProcess> {
    const lockDeadline = Date.now() + PREVIOUS_RUN_TIMEOUT_MS;
    await this.waitForPreviousServer(command.signal, lockDeadline);
    this.assertNotInUse();
    this.renamePreviousLog();
    for (;;) {
      this.assertNotInUse();
      const server = startGuardedProcess({
        ...command,
        directory: this.path,
        logFile: this.logFile,
      });
      if (await this.waitUntilReady(server, isReady)) return server;
      if ((await server.exited) !== EXIT_LOCKED) throw this.toError('exited during startup');
      if (Date.now() > lockDeadline) throw new DataDirInUseError(this.path, undefined);
      this.stopOrphan(command.signal, lockDeadline);
      await sleep(100);
    }
  }

  private renamePreviousLog(): void {
    try {
      renameSync(this.logFile, `${this.logFile}.1`);
    } catch (error) {
      // The file does not exist, or another app that is starting has just renamed it.
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    }
  }

  private async waitUntilReady(
    server: GuardedProcess,
    isReady: () => Promise<boolean>,
  ): Promise<boolean> {
    const startedAt = Date.now();
    let hasLoggedSlowStart = false;
    while (!server.hasExited) {
      if (await isReady()) return true;
      const elapsedMs = Date.now() - startedAt;
      if (elapsedMs > STARTUP_TIMEOUT_MS) {
        await server.stop();
        throw this.toError(`was not ready within ${STARTUP_TIMEOUT_MS / 1000} s`);
      }
      if (elapsedMs > SLOW_START_MS && !hasLoggedSlowStart) {
        hasLoggedSlowStart = true;
        this.log.info(`${this.serverName} is still starting (${this.logFile})`);
      }
      await Promise.race([server.exited, sleep(25)]);
    }
    return false;
  }

  private async waitForPreviousServer(signal: 'INT' | 'TERM', deadline: number): Promise<void> {
    if (this.findPreviousServerPid() === undefined) return;
    this.assertNotInUse();
    this.log.info(`Waiting for the previous ${this.serverName} server to stop`);
    while (this.findPreviousServerPid() !== undefined) {
      if (Date.now() > deadline) throw new DataDirInUseError(this.path, undefined);
      this.stopOrphan(signal, deadline);
      await sleep(50);
    }
  }

  /** Returns the PID in the `pid` file if the server is still running. */
  private findPreviousServerPid(): number | undefined {
    const pid = Number.parseInt(this.readFile('pid') ?? '', 10);
    return pid > 0 && runsInDirectory(pid, this.path) ? pid : undefined;
  }

  /** Stops a server that is still running after the grace period, because its guard was killed. */
  private stopOrphan(signal: 'INT' | 'TERM', deadline: number): void {
    const pid = this.findPreviousServerPid();
    if (pid !== undefined && Date.now() > deadline - PREVIOUS_RUN_TIMEOUT_MS + ORPHAN_GRACE_MS) {
      process.kill(pid, `SIG${signal}`);
    }
  }

  /** Returns an error with the last lines of the server's log. `problem` completes the sentence that begins with the server's name. */
  toError(problem: string): EmbeddedServerError {
    const lines = (this.readFile('server.log') ?? '').split('\n').slice(-20);
    const errorLines = lines.filter((line) => /FATAL|PANIC|ERROR|# (?!WARNING)|error/.test(line));
    const output = (errorLines.length > 0 ? errorLines : lines).slice(-2).join(' | ').trim();
    return new EmbeddedServerError(
      `The embedded ${this.serverName} ${problem}: ${output || 'no output'} (${this.logFile})`,
      lines.join('\n'),
    );
  }

  private readFile(name: string): string | undefined {
    try {
      return readFileSync(join(this.path, name), 'utf8').trim();
    } catch {
      return undefined;
    }
  }
}
