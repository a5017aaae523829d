import { ValidationPipe } from '@nestjs/common';
import { ValidateIf, type ValidationError } from 'class-validator';
import { AppError } from '../errors/app-error.js';
import { HTTP_ERRORS } from './error-table.js';

/** A query parameter or form field that can't be understood, each with the reason. */
export class InvalidParameterError extends AppError {
  constructor(problems: { field: string; message: string }[]) {
    super(HTTP_ERRORS.invalid_parameter, {
      message: problems.map((problem) => problem.message).join('; '),
      details: { errors: problems },
    });
  }
}

/** For what may be left out of JSON. `@IsOptional` would let `null` by, whatever the other checks say. */
export const IsOptionalNotNull = () => ValidateIf((_all, value) => value !== undefined);

/** Unknown names are refused: a misspelt option must not be ignored silently. */
export const validationPipe = () =>
  new ValidationPipe({
    whitelist: true,
    forbidNonWhitelisted: true,
    transform: true,
    exceptionFactory: (errors) => new InvalidParameterError(errors.flatMap(toProblems)),
  });

/**
 * One problem of each field. class-validator lists the checks from the last decorator to the first,
 * and the first (the type) is what the others presume.
 */
export function toProblems({
  property: field,
  constraints = {},
}: ValidationError): { field: string; message: string }[] {
  if ('whitelistValidation' in constraints) {
    return [{ field, message: `There is no parameter "${field.slice(0, 60)}".` }];
  }
  const message = Object.values(constraints).at(-1);
  return message === undefined ? [] : [{ field, message }];
}
