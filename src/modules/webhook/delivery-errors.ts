import { Injectable, type PipeTransform } from '@nestjs/common';
import { isUUID } from 'class-validator';
import { AppError } from '../../platform/errors/app-error.js';

export class DeliveryNotFoundError extends AppError {
  constructor() {
    super({
      code: 'delivery_not_found',
      status: 404,
      message:
        'This request has no delivery with this id. GET /requests/:id/deliveries lists those it has.',
    });
  }
}

export class DeliveryUnderWayError extends AppError {
  constructor(retryAfterMs: number) {
    super({
      code: 'delivery_under_way',
      status: 409,
      message: 'This delivery is being sent now. Check its result before you resend it.',
      retryAfterMs,
    });
  }
}

/** Too many resends of one delivery or of one API key. */
export class ResendLimitedError extends AppError {
  constructor(retryAfterMs: number) {
    super({
      code: 'resend_limited',
      status: 429,
      message:
        'This delivery was resent 10 times in 10 minutes, or 60 deliveries were resent in a minute. Wait for the time in Retry-After.',
      retryAfterMs,
    });
  }
}

/** The built-in receiver refuses unsigned calls when API keys are in use. */
export class SignatureInvalidError extends AppError {
  constructor() {
    super({
      code: 'signature_invalid',
      status: 401,
      message:
        'Where API keys are in use, the built-in receiver accepts only webhooks that this Pressroom has signed.',
    });
  }
}

class MalformedDeliveryIdError extends AppError {
  constructor(value: string) {
    super({
      code: 'malformed_id',
      status: 400,
      message: `"${value.slice(0, 60)}" is not an id. GET /requests/:id/deliveries lists the ids of deliveries.`,
    });
  }
}

/** Reads `:delivery_id` of a path. */
@Injectable()
export class DeliveryIdPipe implements PipeTransform<string, string> {
  transform(value: string): string {
    if (!isUUID(value)) throw new MalformedDeliveryIdError(value);
    return value.toLowerCase();
  }
}
