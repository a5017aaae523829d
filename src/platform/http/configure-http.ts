import type { NestExpressApplication } from '@nestjs/platform-express';
import type { Logger } from 'pino';
import type { Env } from '../config/env.js';
import { bodyDeadline } from './body-deadline.js';
import { httpLog } from './http-log.middleware.js';
import { ProblemFilter } from './problem.filter.js';
import { validationPipe } from './validation.js';

/** Sets up logging, error responses, strict parameter validation and timeouts for all endpoints. */
export function configureHttp(app: NestExpressApplication, logger: Logger, env: Env): void {
  app.disable('x-powered-by');
  app.disable('etag');
  app.use(...httpLog(logger), bodyDeadline());
  app.useGlobalFilters(new ProblemFilter());
  app.useGlobalPipes(validationPipe());

  const server = app.getHttpServer();
  // Disconnects clients that send their headers slowly. bodyDeadline() limits the time for the body. Uploads may
  // take long and have their own limits in the upload module.
  // Node.js 20 measures headersTimeout from the first byte of a request, so it may be shorter than
  // keepAliveTimeout.
  server.headersTimeout = 20_000;
  server.requestTimeout = 0;
  server.keepAliveTimeout = env.KEEP_ALIVE_SECONDS * 1000;
}
