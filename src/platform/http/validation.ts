import { ValidationPipe } from '@nestjs/common';
import { ValidateIf, type ValidationError } from 'class-validator';
import { AppError } from '../errors/app-error.js';
import { HTTP_ERRORS } from './error-table.js';

/** Reports invalid query parameters or form fields with the reasons. */
export class InvalidParameterError extends AppError {
  constructor(problems: { field: string; message: string }[]) {
    super(HTTP_ERRORS.invalid_parameter, {
      message: problems.map((problem) => problem.message).join('; '),
      details: { errors: problems },
    });
  }
}

/** Allows a missing property but not `null`. `@IsOptional` would skip the other checks for `null`. */
export const IsOptionalNotNull = () => ValidateIf((_all, value) => value !== undefined);

/** Rejects unknown names, because a misspelled option must not be ignored silently. */
export const validationPipe = () =>
  new ValidationPipe({
    whitelist: true,
    forbidNonWhitelisted: true,
    transform: true,
    exceptionFactory: (errors) => new InvalidParameterError(errors.flatMap(toProblems)),
  });

/**
 * Returns one problem per field. class-validator lists the checks from the last decorator to the first. The
 * first decorator checks the type, which the others require.
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
