import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { Pool } from 'pg';
import {
  type EmbeddedServers,
  startEmbeddedServers,
} from '../../src/platform/embedded/embedded-servers.js';
import { findFreePort } from '../../src/platform/embedded/free-port.js';
import { type StartOptions, startApp, type TestApp } from '../support/app.js';
import { OriginServer } from '../support/origin-server.js';
import { FaultProxy } from './fault-proxy.js';
import { ImageOrigin } from './image-origin.js';
import { MessageLog } from './message-log.js';

const ORIGIN_COUNT = 3;
/** Delay of each image. With eight concurrent downloads per host, processing takes long enough for a fault. */
const ORIGIN_LATENCY_MS = 40;
/** Time limit for queries while PostgreSQL is unavailable. */
const SQL_TIMEOUT_MS = 90_000;
const SQL_RETRY_DELAY_MS = 200;

/** Runs the app with servers behind proxies, image origins and a webhook receiver. */
export class ChaosFixture {
  /** Whether the apps that this fixture starts encrypt their connections to PostgreSQL. */
  usesTls = false;
  private app?: TestApp;
  private lastStartedApp?: TestApp;

  private constructor(
    readonly directory: string,
    private readonly servers: EmbeddedServers,
    readonly postgresProxy: FaultProxy,
    readonly redisProxy: FaultProxy,
    readonly origins: ImageOrigin[],
    readonly receiver: MessageLog,
    /** Listens on every address of this machine. The app must not contact it. */
    readonly canary: OriginServer,
    private readonly port: number,
    private readonly pool: Pool,
  ) {
    // Faults close idle connections.
    pool.on('error', () => {});
  }

  static async start(seed: number): Promise<ChaosFixture> {
    const directory = await mkdtemp(join(tmpdir(), 'pressroom-chaos-'));
    await mkdir(join(directory, 'app'));
    const silentLog = { info: () => {}, warn: () => {}, error: () => {} };
    const servers = await startEmbeddedServers({ DATA_DIR: join(directory, 'servers') }, silentLog);
    const origins = await Promise.all(
      Array.from({ length: ORIGIN_COUNT }, (_, i) =>
        ImageOrigin.start(seed + i, ORIGIN_LATENCY_MS),
      ),
    );
    return new ChaosFixture(
      directory,
      servers,
      await FaultProxy.startFor(servers.databaseUrl),
      await FaultProxy.startFor(servers.redisUrl),
      origins,
      await MessageLog.start(),
      await OriginServer.start('::').catch(() => OriginServer.start('0.0.0.0')),
      // The app uses the same port after each restart, as behind a load balancer.
      await findFreePort(),
      new Pool({ connectionString: servers.databaseUrl, max: 4, connectionTimeoutMillis: 5000 }),
    );
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** URL of PostgreSQL without the proxy. */
  get databaseUrl(): string {
    return this.servers.databaseUrl;
  }

  get dataDir(): string {
    return join(this.directory, 'app');
  }

  /** Output of the main app that was started last. */
  get log(): string {
    return this.lastStartedApp?.logText ?? '';
  }

  /** The app that listens at `url`. */
  get main(): TestApp {
    if (!this.app) throw new Error('The app is not running');
    return this.app;
  }

  async startMain(env: StartOptions['env'] = {}): Promise<void> {
    if (this.app) await this.killMain();
    this.app = await this.startApp({ PORT: String(this.port), ...env });
    this.lastStartedApp = this.app;
  }

  /** Starts another app on its own port, with the same servers and storage. */
  startApp(env: StartOptions['env'] = {}): Promise<TestApp> {
    return startApp({
      databaseUrl: `${this.postgresProxy.url}${this.usesTls ? '?sslmode=no-verify' : ''}`,
      redisUrl: this.redisProxy.url,
      dataDir: this.dataDir,
      env: {
        PUBLIC_URL: this.url,
        OUTBOUND_ALLOW: [...this.origins, this.receiver].map(({ allow }) => allow).join(','),
        WEBHOOK_RETRY_SCHEDULE: '0s,1s,1s,2s,2s,3s,5s,5s,10s,10s',
        WEBHOOK_TIMEOUT_SECONDS: '3',
        DOWNLOAD_TIMEOUT_SECONDS: '10',
        DECODE_TIMEOUT_SECONDS: '5',
        ...env,
      },
    });
  }

  /** False before the start, and after the app has exited. */
  get isRunning(): boolean {
    return this.app?.hasEnded === false;
  }

  async killMain(): Promise<void> {
    const app = this.main;
    this.app = undefined;
    if (!app.hasEnded) await app.kill();
  }

  async stopMain(): Promise<void> {
    const app = this.main;
    this.app = undefined;
    await app.stop();
  }

  /** Reverts the effects of an aborted fault. */
  async repair(): Promise<void> {
    for (const proxy of [this.postgresProxy, this.redisProxy]) {
      proxy.setDelay(0);
      proxy.setBlackhole(false);
      await proxy.acceptConnections();
    }
    for (const origin of this.origins) {
      origin.isSilent = false;
      origin.releaseResponses();
    }
    await this.redis((redis) => redis.config('SET', 'maxmemory', '0'));
  }

  /** Queries PostgreSQL without the proxy. Waits while it is unavailable. */
  async sql<T extends object>(text: string, values: unknown[] = []): Promise<T[]> {
    const deadline = Date.now() + SQL_TIMEOUT_MS;
    for (;;) {
      try {
        return (await this.pool.query<T>(text, values)).rows;
      } catch (error) {
        const isSyntaxError = (error as { code?: string }).code?.startsWith('42');
        if (isSyntaxError || Date.now() > deadline) throw error;
        await sleep(SQL_RETRY_DELAY_MS);
      }
    }
  }

  /** Calls Redis without the proxy. */
  async redis<T>(use: (redis: Redis) => Promise<T>): Promise<T> {
    const redis = new Redis(this.servers.redisUrl);
    redis.on('error', () => {});
    try {
      return await use(redis);
    } finally {
      redis.disconnect();
    }
  }

  /** Returns the process ID of the server itself, not of its supervisor. */
  async readServerPid(server: 'postgres' | 'redis'): Promise<number> {
    return Number(await readFile(join(this.directory, 'servers', server, 'pid'), 'utf8'));
  }

  async close(): Promise<void> {
    await this.pool.end();
    await this.servers.stop();
    await Promise.all([
      this.postgresProxy.refuseConnections(),
      this.redisProxy.refuseConnections(),
      this.receiver.close(),
      this.canary.close(),
    ]);
    await Promise.all(this.origins.map((origin) => origin.close()));
    await rm(this.directory, { recursive: true, force: true });
  }
}
