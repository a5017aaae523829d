import type { IncomingMessage } from 'node:http';
import type { Request, RequestHandler, Response } from 'express';
import { AppError } from '../errors/app-error.js';
import { sendProblem } from './problem.filter.js';
import { HTTP_ERRORS } from './error-table.js';

/** For the few kilobytes that calls other than an upload have to send. */
const BODY_MS = 20_000;

export class RequestTooSlowError extends AppError {
  constructor() {
    super(HTTP_ERRORS.request_too_slow);
  }
}

const deadlines = new WeakMap<Request, NodeJS.Timeout>();

/**
 * Ends a call whose body does not come in time, whatever its path and whoever calls. Node's
 * `requestTimeout` would do, but knows no exception for uploads.
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

/** For a body that may take long; the caller sees to it that it does not take for ever. */
export const liftBodyDeadline = (request: Request): void => clearTimeout(deadlines.get(request));

/** Refuses a call whose body comes too slowly; see `refuseBody`. */
export const refuseTooSlow = (request: Request, response: Response): void =>
  refuseBody(request, response, new RequestTooSlowError());

/**
 * Answers a call with `error` before its body has arrived, and closes the connection. Does nothing
 * once the whole body has arrived.
 */
export function refuseBody(request: Request, response: Response, error: AppError): void {
  if (request.complete) return;
  if (response.headersSent) {
    request.destroy();
    return;
  }
  response.setHeader('Connection', 'close');
  // Node then cuts the connection, but tells nobody who still reads the body.
  response.once('finish', () => request.destroy());
  sendProblem(error, request, response);
}

/** Whether the headers announce a body (RFC 9112, 6.3). */
export const hasBody = ({ headers }: IncomingMessage): boolean =>
  headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
