import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { Env } from '../../src/platform/config/env.js';
import { ApiClient } from './api-client.js';
import { eventually } from './eventually.js';

const MAIN = fileURLToPath(new URL('../../dist/main.js', import.meta.url));

export interface StartOptions {
  /** If undefined, the app starts its own servers. */
  databaseUrl?: string;
  redisUrl?: string;
  /** Environment variables of the app. The app inherits no settings from the environment of the test. */
  env?: Partial<Record<keyof Env, string>> & Record<`AWS_${string}`, string>;
  /** Folder that remains after the app has exited. By default, a new folder that `stop()` and `kill()` remove. */
  dataDir?: string;
  /** Maximum time until the app logs its address. */
  timeoutMs?: number;
}

/** A line of the app's log, as pino wrote it. */
export interface LogLine {
  level: string;
  time: string;
  msg: string;
  [field: string]: unknown;
}

/** Runs the built app in its own process. Tests call it over HTTP. */
export class TestApp {
  readonly logs: LogLine[] = [];
  readonly dataDir: string;
  url = '';
  api!: ApiClient;
  /** Standard output and standard error, in the order of arrival. */
  private output = '';

  private constructor(
    private readonly child: ChildProcess,
    dataDir: string,
    private readonly shouldRemoveDataDir: boolean,
  ) {
    this.dataDir = dataDir;
    runningProcesses.add(child);
    child.once('exit', () => runningProcesses.delete(child));
    createInterface({ input: child.stdout! }).on('line', (line) => this.recordLine(line));
    createInterface({ input: child.stderr! }).on('line', (line) => {
      this.output += `${line}\n`;
    });
  }

  static async start(options: StartOptions): Promise<TestApp> {
    if (!existsSync(MAIN)) throw new Error('dist/main.js does not exist. Run `npm run build`.');
    const dataDir = options.dataDir ?? (await mkdtemp(join(tmpdir(), 'pressroom-app-')));
    const env = {
      ...removeSettings(process.env),
      PORT: '0',
      LOG_FORMAT: 'json',
      // The tests have no load balancer that would need time to notice the shutdown.
      SHUTDOWN_DELAY_SECONDS: '0',
      DATA_DIR: dataDir,
      DATABASE_URL: options.databaseUrl,
      REDIS_URL: options.redisUrl,
      ...options.env,
    };
    // Runs in its own folder, so a developer's `.env` has no effect.
    const child = spawn(process.execPath, [MAIN], {
      cwd: dataDir,
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const app = new TestApp(child, dataDir, options.dataDir === undefined);
    await app.waitUntilListening(options.timeoutMs ?? 60_000);
    return app;
  }

  get pid(): number {
    return this.child.pid!;
  }

  /** Complete output of the app, for the messages of failed tests. */
  get logText(): string {
    return this.output;
  }

  /** Stops the app. Throws if its exit code is not 0. */
  async stop(): Promise<void> {
    await this.end('SIGTERM');
    const { exitCode, signalCode } = this.child;
    if (exitCode === 0) return;
    throw new Error(`The app ended with ${exitCode ?? signalCode} after SIGTERM:\n${this.output}`);
  }

  /** Sends a signal and does not wait. */
  sendSignal(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }

  /** Waits until the app has exited. Returns its exit code, or null if a signal ended it. */
  async waitForExitCode(): Promise<number | null> {
    if (!this.hasEnded) await once(this.child, 'close');
    await this.removeDataDir();
    return this.child.exitCode;
  }

  /** Kills the app without giving it time to clean up, as a crash would. */
  async kill(): Promise<void> {
    await this.end('SIGKILL');
  }

  private async end(signal: NodeJS.Signals): Promise<void> {
    if (this.hasEnded) throw new Error(`The app had ended before ${signal}:\n${this.output}`);
    const closeEvent = once(this.child, 'close');
    this.child.kill(signal);
    await closeEvent;
    await this.removeDataDir();
  }

  private async removeDataDir(): Promise<void> {
    if (this.shouldRemoveDataDir) await rm(this.dataDir, { recursive: true, force: true });
  }

  /** True if the app has exited for any reason. */
  get hasEnded(): boolean {
    return this.child.exitCode !== null || this.child.signalCode !== null;
  }

  private async waitUntilListening(timeoutMs: number): Promise<void> {
    const line = await eventually(
      () => this.hasEnded || this.logs.find(({ msg }) => msg.startsWith('Pressroom listens on')),
      { timeoutMs, description: 'the app to listen' },
    ).catch(async (error: unknown) => {
      await this.kill();
      throw new Error(`${(error as Error).message}\n${this.output}`, { cause: error });
    });
    if (line === true) {
      await this.removeDataDir();
      throw new Error(`The app did not start:\n${this.output}`);
    }
    this.url = `http://127.0.0.1:${String(line.port)}`;
    this.api = new ApiClient(this.url);
  }

  private recordLine(line: string): void {
    this.output += `${line}\n`;
    if (line.startsWith('{')) this.logs.push(JSON.parse(line) as LogLine);
  }
}

/** Starts the built app on a free port. `npm test` builds the app first. */
export const startApp = (options: StartOptions): Promise<TestApp> => TestApp.start(options);

function removeSettings(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const settings = new Set(Object.keys(new Env()).flatMap((name) => [name, `${name}_FILE`]));
  return Object.fromEntries(Object.entries(env).filter(([name]) => !settings.has(name)));
}

/** Processes to kill if the test run is aborted. */
const runningProcesses = new Set<ChildProcess>();
process.once('exit', () => runningProcesses.forEach((child) => child.kill('SIGKILL')));
