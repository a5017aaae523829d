import { STATUS_CODES } from 'node:http';
import { applyDecorators } from '@nestjs/common';
import { ApiExtraModels, ApiResponse, getSchemaPath } from '@nestjs/swagger';
import { AppError } from '../errors/app-error.js';
import type { ErrorDefinition } from '../errors/error-definition.js';
import { COMMON_ERRORS } from '../errors/error-table.js';
import { HTTP_ERRORS } from './error-table.js';
import { MalformedIdError } from './id.pipe.js';
import { ProblemDto } from './problem.dto.js';
import { toProblem } from './to-problem.js';
import { InvalidParameterError } from './validation.js';

/** An error that an endpoint returns, with sample values if its message contains values. */
export type DescribedProblem = ErrorDefinition | AppError;

export const MALFORMED_ID = new MalformedIdError('abc');
export const REQUEST_NOT_FOUND = HTTP_ERRORS.request_not_found;
export const DATABASE_UNAVAILABLE = COMMON_ERRORS.database_unavailable;

/** Creates the error for one invalid parameter. */
export const invalidParameter = (field: string, message: string): AppError =>
  new InvalidParameterError([{ field, message }]);

/** Documents the errors of an endpoint with one example per code. */
export function DescribeProblems(instance: string, ...problems: DescribedProblem[]) {
  const errors = problems.map(toSample);
  const statuses = [...new Set(errors.map(({ status }) => status))];
  return applyDecorators(
    ApiExtraModels(ProblemDto),
    ...statuses.map((status) => {
      const errorsWithStatus = errors.filter((error) => error.status === status);
      return ApiResponse({
        status,
        description: `${STATUS_CODES[status]}: ${errorsWithStatus.map(({ code }) => `\`${code}\``).join(', ')}`,
        content: {
          'application/problem+json': {
            schema: { $ref: getSchemaPath(ProblemDto) },
            examples: describeExamples(instance, ...errorsWithStatus),
          },
        },
      });
    }),
  );
}

/** Builds one example per error. Swagger UI lists the examples by title. */
export const describeExamples = (instance: string, ...problems: DescribedProblem[]) =>
  Object.fromEntries(
    problems.map(toSample).map((error) => {
      const { title: summary } = error.definition;
      return [error.code, { summary, value: toProblem(error, instance) }];
    }),
  );

const toSample = (problem: DescribedProblem): AppError =>
  problem instanceof AppError ? problem : new AppError(problem);
