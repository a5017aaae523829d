import { afterAll, beforeAll } from 'vitest';
import type { ApiClient } from './api-client.js';
import { type StartOptions, startApp, type TestApp } from './app.js';
import { createDatabase, type TestDatabase } from './database.js';
import { OriginServer } from './origin-server.js';
import { createRedis, type TestRedis } from './redis.js';
import { WebhookReceiver } from './webhook-receiver.js';

/** Environment variables of the app under test. */
export type AppEnv = NonNullable<StartOptions['env']>;

export interface ScenarioOptions {
  /** Whether to start an origin from which the app may download images. */
  origin?: boolean;
  /** Whether to start a webhook receiver that the app may call. */
  receiver?: boolean;
  /** Environment variables of the app, or a function that returns them once the servers have started. */
  env?: AppEnv | ((scenario: Scenario) => AppEnv | Promise<AppEnv>);
  /** Data folder that remains after the app has exited. By default, a new folder that is removed. */
  dataDir?: StartOptions['dataDir'];
}

/**
 * Starts an app for a test file, with its own PostgreSQL database and Redis database. Removes everything after the tests.
 *
 * @example
 * const scenario = Scenario.forThisFile({ origin: true, env: { IMAGE_ATTEMPTS: '1' } });
 */
export class Scenario {
  database!: TestDatabase;
  redis!: TestRedis;
  app!: TestApp;
  /** Undefined without the option `origin`. */
  origin!: OriginServer;
  /** Undefined without the option `receiver`. */
  receiver!: WebhookReceiver;
  private env!: AppEnv;

  private constructor(private readonly options: ScenarioOptions) {}

  /** Call it once, at the top of a test file or in a `describe`, before other hooks. */
  static forThisFile(options: ScenarioOptions = {}): Scenario {
    const scenario = new Scenario(options);
    beforeAll(() => scenario.open());
    afterAll(() => scenario.close());
    return scenario;
  }

  /** Client of the app's API. */
  get api(): ApiClient {
    return this.app.api;
  }

  /** URLs that let a test start a second app on the same servers. */
  get serverUrls(): { databaseUrl: string; redisUrl: string } {
    return { databaseUrl: this.database.url, redisUrl: this.redis.url };
  }

  /** Starts the app again on the same servers after a test has stopped it. The port changes unless `env` sets it. */
  async restart(env: AppEnv = {}): Promise<TestApp> {
    const { dataDir } = this.options;
    this.app = await startApp({ ...this.serverUrls, dataDir, env: { ...this.env, ...env } });
    return this.app;
  }

  private async open(): Promise<void> {
    const { origin, receiver, env = {} } = this.options;
    [this.database, this.redis] = await Promise.all([createDatabase(), createRedis()]);
    if (origin) this.origin = await OriginServer.start();
    if (receiver) this.receiver = await WebhookReceiver.start();
    const allowedOrigins = [this.origin, this.receiver].filter(Boolean).map(({ allow }) => allow);
    this.env = {
      ...(allowedOrigins.length > 0 ? { OUTBOUND_ALLOW: allowedOrigins.join(',') } : {}),
      ...(typeof env === 'function' ? await env(this) : env),
    };
    await this.restart();
  }

  private async close(): Promise<void> {
    try {
      await this.endApp();
    } finally {
      await Promise.all([this.origin?.close(), this.receiver?.close()]);
      await this.database?.drop();
    }
  }

  /** Stops the app. Throws if the app has already exited with an error. */
  private async endApp(): Promise<void> {
    if (!this.app) return;
    if (!this.app.hasEnded) return this.app.stop();
    const exitCode = await this.app.waitForExitCode();
    if (exitCode) throw new Error(`The app ended with ${exitCode}:\n${this.app.logText}`);
  }
}
