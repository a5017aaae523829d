import type { IncomingMessage } from 'node:http';
import type { Request, RequestHandler, Response } from 'express';
import { AppError } from '../errors/app-error.js';
import { sendProblem } from './problem.filter.js';
import { HTTP_ERRORS } from './error-table.js';

/** Maximum time to receive the body of a call other than an upload, which has a few kilobytes. */
const BODY_MS = 20_000;

class RequestTooSlowError extends AppError {
  constructor() {
    super(HTTP_ERRORS.request_too_slow);
  }
}

const deadlines = new WeakMap<Request, NodeJS.Timeout>();

/**
 * Ends a call whose body does not arrive in time, on every path. Node's `requestTimeout` would apply to
 * uploads as well.
 */
export const bodyDeadline =
  (ms = BODY_MS): RequestHandler =>
  (request, response, next) => {
    if (hasBody(request)) {
      const timer = setTimeout(() => refuseTooSlow(request, response), ms);
      deadlines.set(request, timer);
      request.once('close', () => clearTimeout(timer));
    }
    next();
  };

/** Lifts the deadline for a long body. The caller enforces its own limit. */
export const clearBodyDeadline = (request: Request): void => clearTimeout(deadlines.get(request));

/** Refuses a call whose body arrives too slowly. See `refuseBody`. */
export const refuseTooSlow = (request: Request, response: Response): void =>
  refuseBody(request, response, new RequestTooSlowError());

/**
 * Responds with `error` before the body has arrived, and closes the connection. Does nothing once
 * the whole body has arrived.
 */
export function refuseBody(request: Request, response: Response, error: AppError): void {
  if (request.complete) return;
  if (response.headersSent) {
    request.destroy();
    return;
  }
  response.setHeader('Connection', 'close');
  // Node then closes the connection, but does not end a stream that still reads the body.
  response.once('finish', () => request.destroy());
  sendProblem(error, request, response);
}

/** Returns whether the headers announce a body (RFC 9112, 6.3). */
export const hasBody = ({ headers }: IncomingMessage): boolean =>
  headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
