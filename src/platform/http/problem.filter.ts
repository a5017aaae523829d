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
import { toDatabaseUnavailableError } from '../errors/database-unavailable.error.js';
import { abortResponse } from './abort-response.js';
import { AppStoppingError } from '../lifecycle/shutdown.js';
import { toMethodNotAllowedError } from './allowed-methods.js';
import { toProblem } from './to-problem.js';
import { HTTP_ERRORS } from './error-table.js';
import { OpenWorkLimitError } from '../errors/open-work-limit.error.js';
import { RequestGoneError } from '../errors/request-gone.error.js';
import { RequestNotFoundError } from './id.pipe.js';
import { toOpenWorkError } from './open-work-errors.js';

/** Errors that the framework raises, by status. */
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

  catch(exception: unknown, host: ArgumentsHost): void {
    const request = host.switchToHttp().getRequest<Request>();
    const response = host.switchToHttp().getResponse<Response>();
    const error = toMethodNotAllowedError(exception, request, response) ?? toAppError(exception);
    // A graceful stop is not an error.
    if (error.status >= 500 && !(error instanceof AppStoppingError)) {
      this.log.error({ message: error.message, code: error.code, err: exception });
    }

    if (response.headersSent) {
      // Part of the response has been sent. Only an aborted connection can still report the failure.
      abortResponse(response);
      return;
    }
    sendProblem(error, request, response);
  }
}

/** Returns the problem code of this response; undefined if it is not an error response. */
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

export function toAppError(exception: unknown): AppError {
  if (exception instanceof AppError) return exception;
  if (exception instanceof HttpException) {
    const status = exception.getStatus();
    return new AppError(FRAMEWORK_ERRORS[status] ?? HTTP_ERRORS.http_error, {
      status,
      message: status === 404 ? undefined : exception.message,
      cause: exception,
    });
  }
  if (isBodyParserError(exception)) {
    return new AppError(FRAMEWORK_ERRORS[exception.status] ?? HTTP_ERRORS.bad_request, {
      status: exception.status,
      message: exception.message,
      cause: exception,
    });
  }
  if (exception instanceof OpenWorkLimitError) return toOpenWorkError(exception);
  if (exception instanceof RequestGoneError) return new RequestNotFoundError(exception);
  return (
    toDatabaseUnavailableError(exception) ??
    new AppError(COMMON_ERRORS.internal_error, { cause: exception })
  );
}

/** Express's body parsers and router raise plain errors with a 4xx status. */
function isBodyParserError(exception: unknown): exception is Error & { status: number } {
  return (
    exception instanceof Error &&
    'status' in exception &&
    typeof exception.status === 'number' &&
    exception.status >= 400 &&
    exception.status < 500
  );
}
