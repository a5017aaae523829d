import { join } from 'node:path';
import { findFreePort } from '../../test/support/free-port.js';
import { hasNginx, Nginx } from '../../test/support/nginx.js';
import { openTestBucket } from '../../test/support/s3/test-bucket.js';
import type { App } from './app.js';
import type { BenchEnvironment } from './bench-environment.js';

export interface InstallationOptions {
  /** `disk` or `s3`. For `s3`, uses OpenStack Swift if it is installed, otherwise an S3 server from npm. */
  storage?: string;
  /** Prefix of the names of the initial processes. */
  prefix?: string;
  env?: Record<string, string>;
  /** Returns the path of `dist/main.js` for an app, to run two versions. By default, apps run this build. */
  getMainPath?: (name: string) => string | undefined;
}

/** One API and two workers with the same PostgreSQL, Redis and storage, behind nginx. */
export class Installation {
  api!: App;
  readonly workers: App[] = [];
  /** Index of the port that the API uses. The next API process starts on the other port. */
  private activePortIndex = 0;

  private constructor(
    private readonly environment: BenchEnvironment,
    private readonly nginx: Nginx,
    private readonly ports: readonly number[],
    /** Settings of each app. */
    readonly env: Readonly<Record<string, string>>,
    private readonly getMainPath: (name: string) => string | undefined,
  ) {}

  /** @throws Error if nginx is not installed */
  static async start(
    environment: BenchEnvironment,
    {
      storage = 'disk',
      prefix = '',
      env = {},
      getMainPath = () => undefined,
    }: InstallationOptions = {},
  ): Promise<Installation> {
    if (!hasNginx) {
      throw new Error('nginx is not installed. Install it (apt-get install nginx) and try again.');
    }
    const ports = [await findFreePort(), await findFreePort()];
    const nginx = await Nginx.startFor(ports);
    environment.addCleanup(() => nginx.stop());
    const settings = {
      DATA_DIR: join(environment.folder, 'data'),
      PUBLIC_URL: nginx.url,
      OUTBOUND_ALLOW: environment.origin.allow,
      RATE_LIMIT_PER_MINUTE: '0',
      DATABASE_CONNECTIONS: '6',
      DECODERS: '1',
      // nginx does not know that the API is stopping. It tries the other address after a refused
      // connection.
      SHUTDOWN_DELAY_SECONDS: '2',
      ...(await openStorage(environment, storage)),
      ...env,
    };
    const installation = new Installation(environment, nginx, ports, settings, getMainPath);
    installation.api = await installation.startApi(`${prefix}api`);
    for (const n of [1, 2]) {
      installation.workers.push(await installation.startWorker(`${prefix}worker-${n}`));
    }
    return installation;
  }

  /** Address of nginx. */
  get url(): string {
    return this.nginx.url;
  }

  get nginxPid(): number {
    return this.nginx.pid;
  }

  get apps(): App[] {
    return [this.api, ...this.workers];
  }

  /** Starts an API process on the other port, then stops the previous process. */
  async replaceApi(name = 'api'): Promise<void> {
    const previous = this.api;
    this.activePortIndex = 1 - this.activePortIndex;
    this.api = await this.startApi(name);
    await previous.stop();
  }

  /** Stops a worker if it is still running, and starts another one. */
  async replaceWorker(index: number, name = `worker-${index + 1}`): Promise<void> {
    await this.workers[index].stop();
    this.workers[index] = await this.startWorker(name);
  }

  private startApi(name: string): Promise<App> {
    return this.startRole('api', name, { PORT: String(this.ports[this.activePortIndex]) });
  }

  private startWorker(name: string): Promise<App> {
    return this.startRole('worker', name);
  }

  private async startRole(role: string, name: string, env = {}): Promise<App> {
    const app = await this.environment.startApp(
      { ...this.env, ...env, PRESSROOM_ROLE: role },
      { name, mainPath: this.getMainPath(name) },
    );
    await app.waitUntilReady();
    return app;
  }
}

async function openStorage(environment: BenchEnvironment, storage: string) {
  if (storage === 'disk') return {};
  if (storage !== 's3') throw new Error(`STORAGE is ${storage}. Set STORAGE to disk or s3.`);
  const bucket = await openTestBucket();
  environment.addCleanup(() => bucket.close());
  // The comparison of rows and objects uses the same bucket.
  Object.assign(process.env, bucket.credentials);
  return { ...bucket.settings, ...bucket.credentials };
}
