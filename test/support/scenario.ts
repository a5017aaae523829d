import { afterAll, beforeAll } from 'vitest';
import type { ApiClient } from './api-client.js';
import { type StartOptions, startApp, type TestApp } from './app.js';
import { createDatabase, type TestDatabase } from './database.js';
import { OriginServer } from './origin-server.js';
import { createRedis, type TestRedis } from './redis.js';
import { WebhookReceiver } from './webhook-receiver.js';

/** Variables of the app under test. */
export type AppEnv = NonNullable<StartOptions['env']>;

export interface ScenarioOptions {
  /** Starts a server of images that the app may call. */
  origin?: boolean;
  /** Starts a server of webhook URLs that the app may call. */
  receiver?: boolean;
  /** Variables of the app, or a function that returns them once the servers have started. */
  env?: AppEnv | ((scenario: Scenario) => AppEnv | Promise<AppEnv>);
  /** Folder of the app's data, kept after its end. Default: a new one, removed at its end. */
  dataDir?: StartOptions['dataDir'];
}

/**
 * Starts the app of a test file with its own database and Redis database. Removes all of it after the tests.
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

  /** For a second app on the same servers. */
  get serverUrls(): { databaseUrl: string; redisUrl: string } {
    return { databaseUrl: this.database.url, redisUrl: this.redis.url };
  }

  /** Starts the app again, after the test has ended it, on the same servers. Each start has its own port. */
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
    const allowed = [this.origin, this.receiver].filter(Boolean).map(({ allow }) => allow);
    this.env = {
      ...(allowed.length > 0 ? { OUTBOUND_ALLOW: allowed.join(',') } : {}),
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

  /** Fails when the app ended by itself. */
  private async endApp(): Promise<void> {
    if (!this.app) return;
    if (!this.app.hasEnded) return this.app.stop();
    const exitCode = await this.app.waitForExitCode();
    if (exitCode) throw new Error(`The app ended with ${exitCode}:\n${this.app.logText}`);
  }
}
