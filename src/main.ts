import 'reflect-metadata';
import { mkdirSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { configureAuth } from './platform/auth/configure-auth.js';
import { isPublicRoute } from './platform/auth/public-paths.js';
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

async function startApp(): Promise<void> {
  const env = readEnv();
  const secrets = listSecrets(env);
  scrub = createPlainTextScrubber(secrets);
  const startLogger = openLogger(env, secrets);
  createDataDir(env);

  const servers = await startEmbeddedServers(env, startLogger);
  const completeEnv = Object.assign(new Env(), env, {
    DATABASE_URL: servers.databaseUrl,
    REDIS_URL: servers.redisUrl,
  });
  // Creates a second logger, which also masks the passwords of the embedded servers.
  const logger = openLogger(env, listSecrets(completeEnv));
  logUnhandledErrors(logger);

  const gracefulStop = new GracefulStop(env, logger, servers);
  try {
    const app = await NestFactory.create<NestExpressApplication>(
      AppModule.forRole(completeEnv, env),
      {
        logger: new NestLogger(logger),
        bodyParser: false,
        abortOnError: false,
      },
    );
    configureHttp(app, logger, env);
    configureAuth(app);
    if (servesApi(env)) {
      serveApiDocs(app, isPublicRoute);
      serveQueueBoard(app);
    }
    gracefulStop.registerApp({ app, connections: new ConnectionDrain(app.getHttpServer()) });
    const server = await app.listen(env.PORT, env.HOST);
    const { address, port, family } = server.address() as AddressInfo;
    const host = family === 'IPv6' ? `[${address}]` : address;
    const endpointHint = servesApi(env) ? 'API: /docs' : 'worker: /health/ready';
    logger.info(
      { address, port, role: env.PRESSROOM_ROLE },
      `Pressroom listens on http://${host}:${port} (${endpointHint})`,
    );
  } catch (error) {
    if (gracefulStop.isStopping) return;
    const startError = toStartError(error, env);
    if (startError) process.stderr.write(scrub(`${startError.message}\n`));
    logger.fatal(startError ? { code: startError.code } : { err: error }, 'Startup failed');
    await gracefulStop.stopProcess('Startup failed', 1);
  }
}

const openLogger = (env: Env, secrets: string[]) =>
  createLogger(env.LOG_LEVEL, env.LOG_FORMAT, secrets, process.stdout, createInstance(env));

function createDataDir(env: Env): void {
  try {
    mkdirSync(env.DATA_DIR, { recursive: true });
  } catch (error) {
    throw toStartError(error, env) ?? error;
  }
}

startApp().catch((error: unknown) => {
  // Prints only the message of a known setup error, without a stack.
  const isKnown = error instanceof InvalidEnvironmentError || error instanceof AppError;
  process.stderr.write(
    scrub(`${isKnown ? error.message : String((error as Error)?.stack ?? error)}\n`),
  );
  process.exit(1);
});
