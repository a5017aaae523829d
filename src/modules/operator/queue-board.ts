import { getQueueToken } from '@nestjs/bull';
import type { NestExpressApplication } from '@nestjs/platform-express';
import type { Queue } from 'bull';
import type { NextFunction, Request, RequestHandler, Response } from 'express';
import { contentSecurityPolicy } from 'helmet';
import { AdminAccess } from '../../platform/auth/admin-access.js';
import { AppError } from '../../platform/errors/app-error.js';
import { HTTP_ERRORS } from '../../platform/http/error-table.js';
import { sendProblem, toAppError } from '../../platform/http/problem.filter.js';
import { IMAGES_QUEUE, WEBHOOKS_QUEUE } from '../../platform/queues/jobs.js';

const PATH = '/queues';
const NOTHING = ["'none'"];

/** Bull Board styles elements with `style=`, and runs no inline script. */
const POLICY = contentSecurityPolicy({
  useDefaults: false,
  directives: {
    defaultSrc: NOTHING,
    scriptSrc: ["'self'"],
    styleSrc: ["'self'", "'unsafe-inline'"],
    imgSrc: ["'self'", 'data:'],
    connectSrc: ["'self'"],
    baseUri: ["'self'"],
    formAction: NOTHING,
    frameAncestors: NOTHING,
  },
});

/**
 * Serves Bull Board at `/queues` to operators. It shows jobs and changes none. Call it after
 * `configureAccess`, which authenticates the caller.
 */
export function serveQueueBoard(app: NestExpressApplication): void {
  const queues = [IMAGES_QUEUE, WEBHOOKS_QUEUE].map((name) => app.get<Queue>(getQueueToken(name)));
  app.use(
    PATH,
    POLICY,
    admitOperators(app.get(AdminAccess)),
    onFirstRequest(async () => (await import('./bull-board.js')).createBoard(queues, PATH)),
  );
  app.use(PATH, toSignIn);
}

/** Most processes never serve the board, and its libraries take long to load. */
function onFirstRequest(create: () => Promise<RequestHandler>): RequestHandler {
  let handler: Promise<RequestHandler> | undefined;
  return async (request, response, next) => {
    handler ??= create();
    await (
      await handler
    )(request, response, next);
  };
}

/** Rejects changes, regardless of the mode of the board. */
const admitOperators =
  (access: AdminAccess): RequestHandler =>
  (request, _response, next) => {
    access.assertAdmin(request);
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      throw new AppError(HTTP_ERRORS.method_not_allowed, {
        message: 'The queues can only be read. Pause an origin or an owner at /operator instead.',
      });
    }
    next();
  };

/** Redirects a browser without a session to the operator page, and answers other errors as problems. */
function toSignIn(
  thrown: unknown,
  request: Request,
  response: Response,
  _next: NextFunction,
): void {
  const error = toAppError(thrown);
  const isPage = request.accepts(['json', 'html']) === 'html';
  if (isPage && (error.status === 401 || error.status === 403)) response.redirect(303, '/operator');
  else sendProblem(error, request, response);
}
