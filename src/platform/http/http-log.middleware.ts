import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { NextFunction, Request, RequestHandler, Response } from 'express';
import type { Logger } from 'pino';
import { pinoHttp } from 'pino-http';
import {
  addToLogContext,
  getCurrentLogContext,
  type LogContext,
  withLogContext,
} from '../logging/log-context.js';
import { formatCallForLog } from '../logging/logged-url.js';
import { serializeError } from '../logging/serialize-error.js';
import { getProblemCode } from './problem.filter.js';
import { RejectedCalls } from './rejected-calls.js';

const REQUEST_ID = /^\/(?:status|download|requests)\/([0-9a-f-]{36})(?:\/|$|\?)/i;

/** Paths that are called often. Their successful calls are not logged. */
const QUIET = /^\/(health|images|docs|assets)/;

/**
 * Logs one line for each HTTP call within the rate limit. Each line logged during the call has its id
 * (`X-Request-Id` of the caller, or a new one) and the `request_id` of the path.
 */
export function httpLog(logger: Logger): RequestHandler[] {
  const rejected = new RejectedCalls(logger);
  const writeLine = pinoHttp({
    logger,
    genReqId: () => '',
    serializers: {
      req: (request: { method: string; url: string }) => ({
        method: request.method,
        url: formatCallForLog(request.url),
      }),
      res: (response: { statusCode: number }) => ({ status: response.statusCode }),
      // pino-http passes on a copy with all fields of the error.
      err: ({ raw }: { raw: Error }) => serializeError(raw),
    },
    customProps: (_request, response) => getLogContext(response as Response),
    customSuccessMessage: (request, response) =>
      `${request.method} ${formatCallForLog(getOriginalUrl(request))} ${describeOutcome(response)}`,
    customErrorMessage: (request, response) =>
      `${request.method} ${formatCallForLog(getOriginalUrl(request))} ${response.statusCode}`,
    customLogLevel: (request, response, error) => {
      if (error || response.statusCode >= 500) return 'error';
      const isRejected = getProblemCode(response as Response) === 'rate_limited';
      if (isRejected && !rejected.isFirst()) return 'silent';
      return QUIET.test(request.url ?? '') ? 'debug' : 'info';
    },
  });
  return [openContext, writeLine as RequestHandler];
}

/** Returns the original URL of a call. Routers change `url`. */
const getOriginalUrl = (request: IncomingMessage): string =>
  (request as Request).originalUrl ?? request.url;

/** Returns the status, or a note if the client disconnected before the response. */
function describeOutcome({ headersSent, writableEnded, statusCode }: ServerResponse): string {
  if (writableEnded) return String(statusCode);
  return headersSent ? `${statusCode}, aborted` : 'aborted';
}

/** Adds the id of a new request to all later lines of this call, including the HTTP line. */
export const logAsRequest = (requestId: string): void => addToLogContext({ request_id: requestId });

function openContext(request: Request, response: Response, next: NextFunction): void {
  const given = request.get('x-request-id');
  const id = given && /^[\w.-]{1,128}$/.test(given) ? given : randomUUID();
  response.setHeader('X-Request-Id', id);
  const named = REQUEST_ID.exec(request.url)?.[1];
  withLogContext(
    { http_request_id: id, ...(named ? { request_id: named.toLowerCase() } : {}) },
    () => {
      // The response may end in another async context.
      response.locals.logContext = getCurrentLogContext();
      next();
    },
  );
}

/** Adds the context to a line that is logged outside of it. Inside, the logger adds it. */
function getLogContext(response: Response): LogContext {
  const inside = Object.keys(getCurrentLogContext()).length > 0;
  return inside ? {} : ((response.locals.logContext as LogContext | undefined) ?? {});
}
