import { createBullBoard } from '@bull-board/api';
import { BullAdapter } from '@bull-board/api/bullAdapter';
import { ExpressAdapter } from '@bull-board/express';
import type { AppViewRoute } from '@bull-board/api/typings/app';
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

/** Web fonts of another server. The browser uses its own fonts instead. */
const REMOTE_STYLES = /<link href="https:[^">]*" rel="stylesheet">/g;

/** Renders the page of Bull Board without resources of other servers. */
class LocalAdapter extends ExpressAdapter {
  override setEntryRoute(entry: AppViewRoute): this {
    this.app[entry.method](
      entry.route,
      (_request: Request, response: Response, next: NextFunction) => {
        const { name, params } = entry.handler({
          basePath: this.basePath,
          uiConfig: this.uiConfig,
        });
        response.render(name, params, (error: Error | null, html = '') => {
          if (error) next(error);
          else response.send(html.replaceAll(REMOTE_STYLES, ''));
        });
      },
    );
    return this;
  }
}

/**
 * Serves Bull Board at `/queues` to operators. It shows jobs and changes none. Call it after
 * `configureAccess`, which authenticates the caller.
 */
export function serveQueueBoard(app: NestExpressApplication): void {
  const adapter = new LocalAdapter().setBasePath(PATH);
  createBullBoard({
    queues: [IMAGES_QUEUE, WEBHOOKS_QUEUE].map(
      (name) => new BullAdapter(app.get<Queue>(getQueueToken(name)), { readOnlyMode: true }),
    ),
    serverAdapter: adapter,
    options: { uiConfig: { boardTitle: 'Pressroom queues' } },
  });
  app.use(
    PATH,
    POLICY,
    admitOperators(app.get(AdminAccess)),
    adapter.getRouter() as RequestHandler,
  );
  app.use(PATH, toSignIn);
}

/** Rejects changes as well, whatever the mode of the board. */
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
