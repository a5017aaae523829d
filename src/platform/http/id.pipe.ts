import { Injectable, type PipeTransform } from '@nestjs/common';
import { isUUID } from 'class-validator';
import { AppError } from '../errors/app-error.js';

export class MalformedIdError extends AppError {
  constructor(value: string) {
    super({
      code: 'malformed_id',
      status: 400,
      message: `"${value.slice(0, 60)}" is not an id. Use the request_id from the answer of POST /upload.`,
    });
  }
}

export class RequestNotFoundError extends AppError {
  constructor() {
    super({ code: 'request_not_found', status: 404, message: 'There is no request with this id.' });
  }
}

/** Reads `:id` of a path. */
@Injectable()
export class IdPipe implements PipeTransform<string, string> {
  transform(value: string): string {
    if (!isUUID(value)) throw new MalformedIdError(value);
    return value.toLowerCase();
  }
}
