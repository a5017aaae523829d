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
  /** Without them the app brings up its own servers. */
  databaseUrl?: string;
  redisUrl?: string;
  /** Variables of the app. It inherits none of its settings from the environment of the test. */
  env?: Partial<Record<keyof Env, string>> & Record<`AWS_${string}`, string>;
  /** Kept after the end. Default: a new folder, removed by `stop()` and `kill()`. */
  dataDir?: string;
  /** Timeout for the log line with the address of the app. */
  timeoutMs?: number;
}

/** A line of the app's log, as pino wrote it. */
export interface LogLine {
  level: string;
  time: string;
  msg: string;
  [field: string]: unknown;
}

/** The built app in its own process, called over HTTP. */
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
    private readonly removeData: boolean,
  ) {
    this.dataDir = dataDir;
    running.add(child);
    child.once('exit', () => running.delete(child));
    createInterface({ input: child.stdout! }).on('line', (line) => this.keep(line));
    createInterface({ input: child.stderr! }).on('line', (line) => {
      this.output += `${line}\n`;
    });
  }

  static async start(options: StartOptions): Promise<TestApp> {
    if (!existsSync(MAIN)) throw new Error('There is no dist/main.js: run `npm run build` first');
    const dataDir = options.dataDir ?? (await mkdtemp(join(tmpdir(), 'pressroom-app-')));
    const env = {
      ...withoutSettings(process.env),
      PORT: '0',
      LOG_FORMAT: 'json',
      // No load balancer has to notice the stop.
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
    await app.listening(options.timeoutMs ?? 60_000);
    return app;
  }

  get pid(): number {
    return this.child.pid!;
  }

  /** Complete output of the app, for the message of a failed test. */
  get logText(): string {
    return this.output;
  }

  /** Stops the app. Fails when it does not exit with 0. */
  async stop(): Promise<void> {
    await this.end('SIGTERM');
    const { exitCode, signalCode } = this.child;
    if (exitCode === 0) return;
    throw new Error(`The app ended with ${exitCode ?? signalCode} on SIGTERM:\n${this.output}`);
  }

  /** Sends a signal and does not wait. */
  sendSignal(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }

  /** Waits until it has ended by itself or by a signal. @returns the exit code, null after a kill */
  async waitForExitCode(): Promise<number | null> {
    if (!this.hasEnded) await once(this.child, 'close');
    await this.clean();
    return this.child.exitCode;
  }

  /** Ends the app as a crash of the machine does. */
  async kill(): Promise<void> {
    await this.end('SIGKILL');
  }

  private async end(signal: NodeJS.Signals): Promise<void> {
    if (this.hasEnded) throw new Error(`The app had ended before ${signal}:\n${this.output}`);
    const ended = once(this.child, 'close');
    this.child.kill(signal);
    await ended;
    await this.clean();
  }

  private async clean(): Promise<void> {
    if (this.removeData) await rm(this.dataDir, { recursive: true, force: true });
  }

  /** Called also when the app ended by itself. */
  get hasEnded(): boolean {
    return this.child.exitCode !== null || this.child.signalCode !== null;
  }

  private async listening(timeoutMs: number): Promise<void> {
    const line = await eventually(
      () => this.hasEnded || this.logs.find(({ msg }) => msg.startsWith('Pressroom listens on')),
      { timeoutMs, description: 'the app to listen' },
    ).catch(async (error: unknown) => {
      await this.kill();
      throw new Error(`${(error as Error).message}\n${this.output}`, { cause: error });
    });
    if (line === true) {
      await this.clean();
      throw new Error(`The app did not start:\n${this.output}`);
    }
    this.url = `http://127.0.0.1:${String(line.port)}`;
    this.api = new ApiClient(this.url);
  }

  private keep(line: string): void {
    this.output += `${line}\n`;
    if (line.startsWith('{')) this.logs.push(JSON.parse(line) as LogLine);
  }
}

/** Starts the built app on a free port; `npm test` builds it before. */
export const startApp = (options: StartOptions): Promise<TestApp> => TestApp.start(options);

function withoutSettings(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const settings = new Set(Object.keys(new Env()).flatMap((name) => [name, `${name}_FILE`]));
  return Object.fromEntries(Object.entries(env).filter(([name]) => !settings.has(name)));
}

/** Ends the apps of an aborted test run. */
const running = new Set<ChildProcess>();
process.once('exit', () => running.forEach((child) => child.kill('SIGKILL')));
