import { STATUS_CODES } from 'node:http';
import { applyDecorators } from '@nestjs/common';
import { ApiExtraModels, ApiResponse, getSchemaPath } from '@nestjs/swagger';
import { ProblemDto } from './problem.dto.js';

/** One error of an endpoint. */
export type DescribedProblem = [status: number, code: string, detail: string];

export const MALFORMED_ID: DescribedProblem = [
  400,
  'malformed_id',
  '"abc" is not an id. Use the request_id from the answer of POST /upload.',
];
export const REQUEST_NOT_FOUND: DescribedProblem = [
  404,
  'request_not_found',
  'There is no request with this id.',
];
export const DATABASE_UNAVAILABLE: DescribedProblem = [
  503,
  'database_unavailable',
  'The database is unavailable. Nothing was stored. Try again in a few seconds.',
];

/** Documents the errors of an endpoint with one example per code. */
export function DescribeProblems(instance: string, ...problems: DescribedProblem[]) {
  const statuses = [...new Set(problems.map(([status]) => status))];
  return applyDecorators(
    ApiExtraModels(ProblemDto),
    ...statuses.map((status) => {
      const ofStatus = problems.filter((problem) => problem[0] === status);
      return ApiResponse({
        status,
        description: `${STATUS_CODES[status]}: ${ofStatus.map(([, code]) => `\`${code}\``).join(', ')}`,
        content: {
          'application/problem+json': {
            schema: { $ref: getSchemaPath(ProblemDto) },
            examples: Object.fromEntries(ofStatus.map((problem) => example(problem, instance))),
          },
        },
      });
    }),
  );
}

function example([status, code, detail]: DescribedProblem, instance: string) {
  const type = `urn:pressroom:problem:${code}`;
  return [code, { value: { type, title: STATUS_CODES[status], status, code, detail, instance } }];
}
