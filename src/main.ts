import 'reflect-metadata';
import { mkdirSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { configureAuth } from './platform/auth/configure-auth.js';
import { isPublic } from './platform/auth/public-paths.js';
import { AppModule } from './app.module.js';
import { AppError } from './platform/errors/app-error.js';
import { toStartError } from './platform/errors/start-errors.js';
import { configureHttp } from './platform/http/configure-http.js';
import { ConnectionDrain } from './platform/http/drain-connections.js';
import { logUnhandledErrors } from './platform/logging/unhandled-errors.js';
import { createLogger, NestLogger } from './platform/logging/logger.js';
import { createPlainTextScrubber } from './platform/logging/scrub.js';
import { Env, InvalidEnvironmentError, readEnv } from './platform/config/env.js';
import { createInstance } from './platform/config/instance.js';
import { servesApi } from './platform/config/role-env.js';
import { listSecrets } from './platform/config/secrets.js';
import { startEmbeddedServers } from './platform/embedded/embedded-servers.js';
import { GracefulStop } from './graceful-stop.js';
import { serveQueueBoard } from './modules/operator/queue-board.js';
import { serveApiDocs } from './modules/operations/api-docs.js';

/** Masks secrets on standard error, including configured secrets once the environment is read. */
let scrub = createPlainTextScrubber([]);

async function start(): Promise<void> {
  const env = readEnv();
  const secrets = listSecrets(env);
  scrub = createPlainTextScrubber(secrets);
  const startLogger = openLogger(env, secrets);
  makeDataDir(env);

  const servers = await startEmbeddedServers(env, startLogger);
  const complete = Object.assign(new Env(), env, {
    DATABASE_URL: servers.databaseUrl,
    REDIS_URL: servers.redisUrl,
  });
  // Created again to mask the passwords of the private servers as well.
  const logger = openLogger(env, listSecrets(complete));
  logUnhandledErrors(logger);

  const stop = new GracefulStop(env, logger, servers);
  try {
    const app = await NestFactory.create<NestExpressApplication>(AppModule.forRole(complete, env), {
      logger: new NestLogger(logger),
      bodyParser: false,
      abortOnError: false,
    });
    configureHttp(app, logger, env);
    configureAuth(app);
    if (servesApi(env)) {
      serveApiDocs(app, isPublic);
      serveQueueBoard(app);
    }
    stop.registerApp({ app, connections: new ConnectionDrain(app.getHttpServer()) });
    const server = await app.listen(env.PORT, env.HOST);
    const { address, port, family } = server.address() as AddressInfo;
    const host = family === 'IPv6' ? `[${address}]` : address;
    const serves = servesApi(env) ? 'API: /docs' : 'worker: /health/ready';
    logger.info(
      { address, port, role: env.PRESSROOM_ROLE },
      `Pressroom listens on http://${host}:${port} (${serves})`,
    );
  } catch (error) {
    if (stop.isStopping) return;
    const known = toStartError(error, env);
    if (known) process.stderr.write(scrub(`${known.message}\n`));
    logger.fatal(known ? { code: known.code } : { err: error }, 'Startup failed');
    await stop.stopProcess('Startup failed', 1);
  }
}

const openLogger = (env: Env, secrets: string[]) =>
  createLogger(env.LOG_LEVEL, env.LOG_FORMAT, secrets, process.stdout, createInstance(env));

function makeDataDir(env: Env): void {
  try {
    mkdirSync(env.DATA_DIR, { recursive: true });
  } catch (error) {
    throw toStartError(error, env) ?? error;
  }
}

start().catch((error: unknown) => {
  // Known errors of the setup are printed as their message, without a stack.
  const known = error instanceof InvalidEnvironmentError || error instanceof AppError;
  process.stderr.write(
    scrub(`${known ? error.message : String((error as Error)?.stack ?? error)}\n`),
  );
  process.exit(1);
});
