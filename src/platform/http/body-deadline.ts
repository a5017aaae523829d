import type { IncomingMessage } from 'node:http';
import type { Request, RequestHandler, Response } from 'express';
import { AppError } from '../errors/app-error.js';
import { sendProblem } from './problem.filter.js';
import { HTTP_ERRORS } from './error-table.js';

/** Time limit for receiving the body of a call that is not an upload. Such a body is a few kilobytes long. */
const BODY_TIMEOUT_MS = 20_000;

class RequestTooSlowError extends AppError {
  constructor() {
    super(HTTP_ERRORS.request_too_slow);
  }
}

const deadlineTimers = new WeakMap<Request, NodeJS.Timeout>();

/**
 * Ends a call whose body does not arrive in time, on every path. The `requestTimeout` of Node.js would
 * also apply to uploads.
 */
export const bodyDeadline =
  (timeoutMs = BODY_TIMEOUT_MS): RequestHandler =>
  (request, response, next) => {
    if (hasBody(request)) {
      const timer = setTimeout(() => rejectSlowBody(request, response), timeoutMs);
      deadlineTimers.set(request, timer);
      request.once('close', () => clearTimeout(timer));
    }
    next();
  };

/** Removes the deadline for a long body. The caller enforces its own limit. */
export const clearBodyDeadline = (request: Request): void =>
  clearTimeout(deadlineTimers.get(request));

/** Rejects a call whose body arrives too slowly. See `rejectBody`. */
export const rejectSlowBody = (request: Request, response: Response): void =>
  rejectBody(request, response, new RequestTooSlowError());

/**
 * Responds with `error` before the body has arrived, and closes the connection. Does nothing once
 * the whole body has arrived.
 */
export function rejectBody(request: Request, response: Response, error: AppError): void {
  if (request.complete) return;
  if (response.headersSent) {
    request.destroy();
    return;
  }
  response.setHeader('Connection', 'close');
  // Node.js closes the connection after the response, but does not end a stream that is still reading the body.
  response.once('finish', () => request.destroy());
  sendProblem(error, request, response);
}

/** Returns true if the headers declare a body (RFC 9112, 6.3). */
export const hasBody = ({ headers }: IncomingMessage): boolean =>
  headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
