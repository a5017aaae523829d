import { STATUS_CODES } from 'node:http';
import {
  type ArgumentsHost,
  Catch,
  type ExceptionFilter,
  HttpException,
  Logger,
} from '@nestjs/common';
import type { Request, Response } from 'express';
import { AppError } from '../errors/app-error.js';
import { asDatabaseUnavailable } from '../errors/database-unavailable.error.js';
import { abortResponse } from './abort-response.js';
import { AppStoppingError } from '../lifecycle/shutdown.js';
import { asMethodNotAllowed } from './allowed-methods.js';
import type { ProblemDto } from './problem.dto.js';

/** Codes of the errors that the framework itself raises. */
const FRAMEWORK_CODES: Record<number, string> = {
  400: 'bad_request',
  404: 'not_found',
  413: 'payload_too_large',
  415: 'unsupported_media_type',
  503: 'not_ready',
};

const NOTHING_HERE = 'There is nothing at this path. GET /docs lists every call.';

/** Converts errors to RFC 9457 `application/problem+json` answers. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  private readonly log = new Logger('Http');

  catch(thrown: unknown, host: ArgumentsHost): void {
    const request = host.switchToHttp().getRequest<Request>();
    const response = host.switchToHttp().getResponse<Response>();
    const error = asMethodNotAllowed(thrown, request, response) ?? toAppError(thrown);
    // A graceful stop is not an error.
    if (error.status >= 500 && !(error instanceof AppStoppingError)) {
      this.log.error({ message: error.message, code: error.code, err: thrown });
    }

    if (response.headersSent) {
      // Part of the response is sent. Only an aborted connection can still report the failure.
      abortResponse(response);
      return;
    }
    sendProblem(error, request, response);
  }
}

/** Returns the problem code of this response; undefined for another response. */
export const problemCodeOf = ({ locals }: Response): string | undefined =>
  locals?.problemCode as string | undefined;

export function sendProblem(error: AppError, request: Request, response: Response): void {
  response.locals.problemCode = error.code;
  const problem: ProblemDto = {
    type: `urn:pressroom:problem:${error.code}`,
    title: STATUS_CODES[error.status] ?? 'Error',
    status: error.status,
    code: error.code,
    detail: error.message,
    instance: request.path,
    ...error.details,
  };
  if (error.retryAfterMs !== undefined) {
    response.setHeader('Retry-After', Math.max(1, Math.ceil(error.retryAfterMs / 1000)));
  }
  response.status(error.status).type('application/problem+json').send(JSON.stringify(problem));
}

export function toAppError(thrown: unknown): AppError {
  if (thrown instanceof AppError) return thrown;
  if (thrown instanceof HttpException) {
    const status = thrown.getStatus();
    const body = thrown.getResponse();
    return new AppError({
      code: FRAMEWORK_CODES[status] ?? 'http_error',
      status,
      message: status === 404 ? NOTHING_HERE : thrown.message,
      // The health check names the dependency that is down.
      details:
        typeof body === 'object' && 'details' in body ? { details: body.details } : undefined,
      cause: thrown,
    });
  }
  if (isBodyParserError(thrown)) {
    return new AppError({
      code: FRAMEWORK_CODES[thrown.status] ?? 'bad_request',
      status: thrown.status,
      message: thrown.message,
      cause: thrown,
    });
  }
  return (
    asDatabaseUnavailable(thrown) ??
    new AppError({
      code: 'internal_error',
      message:
        'Pressroom failed unexpectedly. The log line with this X-Request-Id names the cause.',
      cause: thrown,
    })
  );
}

/** Express's body parsers and router raise plain errors with a client status. */
function isBodyParserError(thrown: unknown): thrown is Error & { status: number } {
  return (
    thrown instanceof Error &&
    'status' in thrown &&
    typeof thrown.status === 'number' &&
    thrown.status >= 400 &&
    thrown.status < 500
  );
}
