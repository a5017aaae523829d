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

const BOARD_PATH = '/queues';
const NONE = ["'none'"];

/** Allows the inline styles that Bull Board needs, but no inline scripts. */
const setSecurityPolicy = contentSecurityPolicy({
  useDefaults: false,
  directives: {
    defaultSrc: NONE,
    scriptSrc: ["'self'"],
    styleSrc: ["'self'", "'unsafe-inline'"],
    imgSrc: ["'self'", 'data:'],
    connectSrc: ["'self'"],
    baseUri: ["'self'"],
    formAction: NONE,
    frameAncestors: NONE,
  },
});

/**
 * Serves a read-only Bull Board at `/queues` to operators. Call this after `configureAuth`, which
 * authenticates the caller.
 */
export function serveQueueBoard(app: NestExpressApplication): void {
  const queues = [IMAGES_QUEUE, WEBHOOKS_QUEUE].map((name) => app.get<Queue>(getQueueToken(name)));
  app.use(
    BOARD_PATH,
    setSecurityPolicy,
    admitOperators(app.get(AdminAccess)),
    createOnFirstRequest(async () =>
      (await import('./bull-board.js')).createBoard(queues, BOARD_PATH),
    ),
  );
  app.use(BOARD_PATH, redirectToSignIn);
}

/** Creates the handler on the first request, because the board's libraries load slowly. */
function createOnFirstRequest(createHandler: () => Promise<RequestHandler>): RequestHandler {
  let handler: Promise<RequestHandler> | undefined;
  return async (request, response, next) => {
    handler ??= createHandler();
    await (
      await handler
    )(request, response, next);
  };
}

/** Admits only operators. Rejects changes, even if the board would allow them. */
const admitOperators =
  (access: AdminAccess): RequestHandler =>
  (request, _response, next) => {
    access.assertAdmin(request);
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      throw new AppError(HTTP_ERRORS.method_not_allowed, {
        message:
          'The queues are read-only. To stop work, pause an origin or an owner at /operator.',
      });
    }
    next();
  };

/** Redirects a browser without a session to the operator page. Sends problem documents for other errors. */
function redirectToSignIn(
  cause: unknown,
  request: Request,
  response: Response,
  _next: NextFunction,
): void {
  const error = toAppError(cause);
  const isPage = request.accepts(['json', 'html']) === 'html';
  if (isPage && (error.status === 401 || error.status === 403)) response.redirect(303, '/operator');
  else sendProblem(error, request, response);
}
