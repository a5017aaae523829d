import { STATUS_CODES } from 'node:http';
import type { AppError } from '../errors/app-error.js';
import type { ProblemDto } from './problem.dto.js';

/** Returns the RFC 9457 problem document for an error. `instance` is the path of the call. */
export const toProblem = (error: AppError, instance: string): ProblemDto => ({
  type: `urn:pressroom:problem:${error.code}`,
  title: STATUS_CODES[error.status] ?? 'Error',
  status: error.status,
  code: error.code,
  detail: error.message,
  instance,
  ...error.details,
});
