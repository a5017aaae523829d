import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { Env } from '../../src/platform/config/env.js';
import { DemoError } from './demo-error.js';

const MAIN_SCRIPT = fileURLToPath(new URL('../../dist/main.js', import.meta.url));

interface LogLine {
  level: string;
  msg: string;
  port?: number;
}

/** The built app (`node dist/main.js`) with a temporary data directory. */
export class AppProcess {
  url = '';
  /** Resolves with a description of the exit when the process has exited. */
  readonly whenExited: Promise<string>;
  /** Latest errors and warnings, shown after an unexpected exit. */
  private readonly recentErrors: string[] = [];

  private constructor(
    private readonly child: ChildProcess,
    private readonly dataDir: string,
  ) {
    this.whenExited = once(child, 'close').then(() => this.exitDescription!);
  }

  /** @param onInstall receives a line about each long startup step, such as installing Redis */
  static async start(
    settings: Partial<Record<keyof Env, string>>,
    onInstall: (text: string) => void,
  ): Promise<AppProcess> {
    const dataDir = await mkdtemp(join(tmpdir(), 'pressroom-demo-'));
    const child = spawn(process.execPath, [MAIN_SCRIPT], {
      // Runs in its own folder, so the user's `.env` file has no effect.
      cwd: dataDir,
      env: {
        ...removeSettings(process.env),
        PORT: '0',
        LOG_FORMAT: 'json',
        SHUTDOWN_DELAY_SECONDS: '0',
        DATA_DIR: dataDir,
        DATABASE_URL: process.env.DATABASE_URL,
        REDIS_URL: process.env.REDIS_URL,
        ...settings,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
      // Ctrl-C reaches the whole process group, but the app must receive only the signal from this process.
      detached: true,
    });
    const app = new AppProcess(child, dataDir);
    const port = await app.waitForPort(onInstall);
    if (port === undefined) {
      await rm(dataDir, { recursive: true, force: true });
      throw new DemoError(`Pressroom did not start: ${app.recentErrors.join('\n')}`);
    }
    app.url = `http://127.0.0.1:${port}`;
    return app;
  }

  /** Describes how the process exited; undefined while it is running. */
  get exitDescription(): string | undefined {
    const { exitCode, signalCode } = this.child;
    if (exitCode === null && signalCode === null) return undefined;
    return `Pressroom exited (${exitCode ?? signalCode}): ${this.recentErrors.join('\n')}`;
  }

  async stop(): Promise<void> {
    if (!this.exitDescription) {
      this.child.kill('SIGTERM');
      await this.whenExited;
    }
    await rm(this.dataDir, { recursive: true, force: true });
  }

  /** Returns the port of the app; undefined if it exits before it listens. */
  private waitForPort(onInstall: (text: string) => void): Promise<number | undefined> {
    createInterface({ input: this.child.stderr! }).on('line', (line) => this.recordError(line));
    return new Promise((resolve) => {
      createInterface({ input: this.child.stdout! }).on('line', (line) => {
        const entry = parseLogLine(line);
        if (entry === undefined || ['fatal', 'error', 'warn'].includes(entry.level)) {
          this.recordError(entry?.msg ?? line);
        } else if (entry.msg.includes('apt-get')) onInstall(entry.msg);
        else if (entry.msg.startsWith('Pressroom listens on')) resolve(entry.port);
      });
      this.child.once('close', () => resolve(undefined));
    });
  }

  private recordError(line: string): void {
    this.recentErrors.push(line);
    if (this.recentErrors.length > 10) this.recentErrors.shift();
  }
}

function parseLogLine(line: string): LogLine | undefined {
  try {
    return JSON.parse(line) as LogLine;
  } catch {
    return undefined;
  }
}

function removeSettings(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const settings = new Set(Object.keys(new Env()));
  return Object.fromEntries(Object.entries(env).filter(([name]) => !settings.has(name)));
}
