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
import { RejectedCallLog } from './rejected-call-log.js';

const REQUEST_ID = /^\/(?:status|download|requests)\/([0-9a-f-]{36})(?:\/|$|\?)/i;

/** Paths that are called often. Successful calls to them are logged at debug level. */
const QUIET_PATHS = /^\/(health|images|docs|assets)/;

/**
 * Logs one line for each HTTP call within the rate limit. Each line logged during the call has the ID of
 * the call (`X-Request-Id` of the caller, or a new one) and the `request_id` in the path.
 */
export function httpLog(logger: Logger): RequestHandler[] {
  const rejectedCallLog = new RejectedCallLog(logger);
  const logCall = pinoHttp({
    logger,
    genReqId: () => '',
    serializers: {
      req: (request: { method: string; url: string }) => ({
        method: request.method,
        url: formatCallForLog(request.url),
      }),
      res: (response: { statusCode: number }) => ({ status: response.statusCode }),
      // pino-http passes a copy that contains all fields of the error.
      err: ({ raw }: { raw: Error }) => serializeError(raw),
    },
    customProps: (_request, response) => getLogContext(response as Response),
    customSuccessMessage: (request, response) =>
      `${request.method} ${formatCallForLog(getOriginalUrl(request))} ${describeOutcome(response)}`,
    customErrorMessage: (request, response) =>
      `${request.method} ${formatCallForLog(getOriginalUrl(request))} ${response.statusCode}`,
    customLogLevel: (request, response, error) => {
      if (error || response.statusCode >= 500) return 'error';
      const isRateLimited = getProblemCode(response as Response) === 'rate_limited';
      if (isRateLimited && !rejectedCallLog.recordCall()) return 'silent';
      return QUIET_PATHS.test(request.url ?? '') ? 'debug' : 'info';
    },
  });
  return [openLogContext, logCall as RequestHandler];
}

/** Returns the original URL of a call. Routers change `url`. */
const getOriginalUrl = (request: IncomingMessage): string =>
  (request as Request).originalUrl ?? request.url;

/** Returns the status, or a note if the client disconnected before the response. */
function describeOutcome({ headersSent, writableEnded, statusCode }: ServerResponse): string {
  if (writableEnded) return String(statusCode);
  return headersSent ? `${statusCode}, aborted` : 'aborted';
}

/** Adds the ID of a new request to all later log lines of this call, including the HTTP line. */
export const addRequestIdToLog = (requestId: string): void =>
  addToLogContext({ request_id: requestId });

function openLogContext(request: Request, response: Response, next: NextFunction): void {
  const callerId = request.get('x-request-id');
  const id = callerId && /^[\w.-]{1,128}$/.test(callerId) ? callerId : randomUUID();
  response.setHeader('X-Request-Id', id);
  const requestId = REQUEST_ID.exec(request.url)?.[1];
  withLogContext(
    { http_request_id: id, ...(requestId ? { request_id: requestId.toLowerCase() } : {}) },
    () => {
      // The response may end in another async context.
      response.locals.logContext = getCurrentLogContext();
      next();
    },
  );
}

/** Returns the context for a line that is logged outside of it. Inside the context, the logger adds it. */
function getLogContext(response: Response): LogContext {
  const isInContext = Object.keys(getCurrentLogContext()).length > 0;
  return isInContext ? {} : ((response.locals.logContext as LogContext | undefined) ?? {});
}
