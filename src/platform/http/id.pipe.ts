import { Injectable, type PipeTransform } from '@nestjs/common';
import { isUUID } from 'class-validator';
import { AppError } from '../errors/app-error.js';
import { HTTP_ERRORS } from './error-table.js';

export class MalformedIdError extends AppError {
  constructor(value: string) {
    super(HTTP_ERRORS.malformed_id, {
      status: 400,
      message: `"${value.slice(0, 60)}" is not an ID. Use the request_id from the response to POST /upload.`,
    });
  }
}

export class RequestNotFoundError extends AppError {
  constructor(cause?: unknown) {
    super(HTTP_ERRORS.request_not_found, { cause });
  }
}

/** Validates the `:id` in a path. */
@Injectable()
export class IdPipe implements PipeTransform<string, string> {
  transform(value: string): string {
    if (!isUUID(value)) throw new MalformedIdError(value);
    return value.toLowerCase();
  }
}
