import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { eventually } from '../../test/support/eventually.js';
import { uploadFile } from './upload-file.js';

const MAIN_PATH = fileURLToPath(new URL('../../dist/main.js', import.meta.url));

/** Node.js flags that `npm start` uses. */
const START_FLAGS = ['--max-semi-space-size=64'];

export interface RequestStatus {
  status: string;
  created_at: string;
  completed_at: string | null;
  progress: { total: number; completed: number; failed: number; cancelled: number };
}

export interface AppOptions {
  cpus?: string;
  nodeFlags?: string[];
  mainPath?: string;
}

/** Starts the built app as `npm start` does and calls it over HTTP. */
export class App {
  private constructor(
    private readonly child: ChildProcess,
    readonly url: string,
    /** Undefined without `METRICS=on`. */
    readonly metricsUrl: string | undefined,
    readonly dataDir: string,
  ) {}

  /**
   * @param cpus CPU list for taskset(1); default: all CPUs
   * @param mainPath `dist/main.js` of another build; default: this build
   */
  static async start(
    folder: string,
    env: Record<string, string>,
    { cpus, nodeFlags = [], mainPath = MAIN_PATH }: AppOptions = {},
  ): Promise<App> {
    mkdirSync(folder, { recursive: true });
    const command = [process.execPath, ...START_FLAGS, ...nodeFlags, mainPath];
    const [program, ...args] = cpus ? ['taskset', '-c', cpus, ...command] : command;
    const child = spawn(program, args, {
      cwd: folder,
      env: {
        ...process.env,
        DATA_DIR: folder,
        PORT: '0',
        LOG_FORMAT: 'json',
        SHUTDOWN_DELAY_SECONDS: '0',
        ...env,
      },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const logStream = createWriteStream(join(folder, 'app.log'), { flags: 'a' });
    let metricsPort: number | undefined;
    const port = await new Promise<number>((resolve, reject) => {
      child.once('exit', () => reject(new Error(`The app did not start; see ${folder}/app.log`)));
      createInterface({ input: child.stdout }).on('line', (line) => {
        logStream.write(`${line}\n`);
        if (line.includes('Metrics at')) metricsPort = Number(JSON.parse(line).port);
        if (line.includes('Pressroom listens on')) resolve(Number(JSON.parse(line).port));
      });
    });
    const metricsUrl = metricsPort && `http://127.0.0.1:${metricsPort}/metrics`;
    return new App(child, `http://127.0.0.1:${port}`, metricsUrl || undefined, folder);
  }

  get pid(): number {
    return this.child.pid!;
  }

  upload(csvPath: string, fields: Record<string, string> = {}): Promise<string> {
    return uploadFile(`${this.url}/upload`, csvPath, fields);
  }

  async getStatus(id: string): Promise<RequestStatus> {
    const response = await fetch(`${this.url}/status/${id}?limit=0`);
    if (!response.ok) throw new Error(`GET /status: ${response.status} ${await response.text()}`);
    return (await response.json()) as RequestStatus;
  }

  /**
   * Waits until all images of a request are completed.
   * @returns the time of completion in ms since the Unix epoch
   * @throws Error if an image fails
   */
  async waitUntilCompleted(id: string, pollMs = 100): Promise<number> {
    for (;;) {
      const { status, completed_at, progress } = await this.getStatus(id);
      if (progress.failed > 0) throw new Error(`${progress.failed} images failed; see app.log`);
      if (status === 'completed') return Date.parse(completed_at!);
      await sleep(pollMs);
    }
  }

  /** Uploads a file. @returns the seconds from the start of the upload to the completion of the last image */
  async measureSeconds(csvPath: string, fields: Record<string, string> = {}): Promise<number> {
    const startedAt = Date.now();
    const id = await this.upload(csvPath, fields);
    return ((await this.waitUntilCompleted(id)) - startedAt) / 1000;
  }

  /** Waits until `GET /health/ready` returns 200. */
  async waitUntilReady(): Promise<void> {
    await eventually(async () => (await fetch(`${this.url}/health/ready`)).ok, {
      timeoutMs: 60_000,
      description: `${this.url} to be ready`,
    });
  }

  /** Sends a signal, e.g. SIGSTOP. For SIGKILL, resolves after the exit. */
  async sendSignal(name: NodeJS.Signals): Promise<void> {
    const exitEvent = name === 'SIGKILL' ? once(this.child, 'exit') : undefined;
    this.child.kill(name);
    await exitEvent;
  }

  /** Stops the app. Does nothing if the app has already exited. */
  async stop(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const exitEvent = once(this.child, 'exit');
    this.child.kill('SIGTERM');
    await exitEvent;
  }
}
