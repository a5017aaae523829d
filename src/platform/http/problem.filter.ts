import {
  type ArgumentsHost,
  Catch,
  type ExceptionFilter,
  HttpException,
  Logger,
} from '@nestjs/common';
import type { Request, Response } from 'express';
import { AppError } from '../errors/app-error.js';
import type { ErrorDefinition } from '../errors/error-definition.js';
import { COMMON_ERRORS } from '../errors/error-table.js';
import { toDatabaseUnavailable } from '../errors/database-unavailable.error.js';
import { abortResponse } from './abort-response.js';
import { AppStoppingError } from '../lifecycle/shutdown.js';
import { toMethodNotAllowed } from './allowed-methods.js';
import { toProblem } from './to-problem.js';
import { HTTP_ERRORS } from './error-table.js';
import { OpenWorkLimitError } from '../errors/open-work-limit.error.js';
import { RequestGoneError } from '../errors/request-gone.error.js';
import { RequestNotFoundError } from './id.pipe.js';
import { toOpenWorkError } from './open-work-errors.js';

/** Errors that the framework itself raises, by their status. */
const FRAMEWORK_ERRORS: Record<number, ErrorDefinition> = {
  400: HTTP_ERRORS.bad_request,
  404: HTTP_ERRORS.not_found,
  413: HTTP_ERRORS.payload_too_large,
  415: HTTP_ERRORS.unsupported_media_type,
};

/** Converts errors to RFC 9457 `application/problem+json` responses. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  private readonly log = new Logger('Http');

  catch(thrown: unknown, host: ArgumentsHost): void {
    const request = host.switchToHttp().getRequest<Request>();
    const response = host.switchToHttp().getResponse<Response>();
    const error = toMethodNotAllowed(thrown, request, response) ?? toAppError(thrown);
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
export const getProblemCode = ({ locals }: Response): string | undefined =>
  locals?.problemCode as string | undefined;

export function sendProblem(error: AppError, request: Request, response: Response): void {
  response.locals.problemCode = error.code;
  const problem = toProblem(error, request.path);
  if (error.retryAfterMs !== undefined) {
    response.setHeader('Retry-After', Math.max(1, Math.ceil(error.retryAfterMs / 1000)));
  }
  response.status(error.status).type('application/problem+json').send(JSON.stringify(problem));
}

export function toAppError(thrown: unknown): AppError {
  if (thrown instanceof AppError) return thrown;
  if (thrown instanceof HttpException) {
    const status = thrown.getStatus();
    return new AppError(FRAMEWORK_ERRORS[status] ?? HTTP_ERRORS.http_error, {
      status,
      message: status === 404 ? undefined : thrown.message,
      cause: thrown,
    });
  }
  if (isBodyParserError(thrown)) {
    return new AppError(FRAMEWORK_ERRORS[thrown.status] ?? HTTP_ERRORS.bad_request, {
      status: thrown.status,
      message: thrown.message,
      cause: thrown,
    });
  }
  if (thrown instanceof OpenWorkLimitError) return toOpenWorkError(thrown);
  if (thrown instanceof RequestGoneError) return new RequestNotFoundError(thrown);
  return (
    toDatabaseUnavailable(thrown) ?? new AppError(COMMON_ERRORS.internal_error, { cause: thrown })
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
