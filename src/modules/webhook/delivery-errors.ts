import { Injectable, type PipeTransform } from '@nestjs/common';
import { isUUID } from 'class-validator';
import { AppError } from '../../platform/errors/app-error.js';
import { WEBHOOK_ERRORS } from './error-table.js';
import { HTTP_ERRORS } from '../../platform/http/error-table.js';

export class DeliveryNotFoundError extends AppError {
  constructor() {
    super(WEBHOOK_ERRORS.delivery_not_found);
  }
}

export class DeliveryInProgressError extends AppError {
  constructor(retryAfterMs: number) {
    super(WEBHOOK_ERRORS.delivery_under_way, { retryAfterMs });
  }
}

/** A delivery was resent too often, or an API key resent too many deliveries. */
export class ResendLimitedError extends AppError {
  constructor(retryAfterMs: number) {
    super(WEBHOOK_ERRORS.resend_limited, { retryAfterMs });
  }
}

/** The built-in receiver rejects unsigned calls if API keys are set. */
export class SignatureInvalidError extends AppError {
  constructor() {
    super(WEBHOOK_ERRORS.signature_invalid);
  }
}

class MalformedDeliveryIdError extends AppError {
  constructor(value: string) {
    super(HTTP_ERRORS.malformed_id, {
      message: `"${value.slice(0, 60)}" is not a valid ID. GET /requests/:id/deliveries lists the delivery IDs.`,
    });
  }
}

/** Parses `:delivery_id` in a path. */
@Injectable()
export class DeliveryIdPipe implements PipeTransform<string, string> {
  transform(value: string): string {
    if (!isUUID(value)) throw new MalformedDeliveryIdError(value);
    return value.toLowerCase();
  }
}
