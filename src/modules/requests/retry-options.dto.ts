import { plainToInstance } from 'class-transformer';
import { IsOptional, Matches, MaxLength, validateSync } from 'class-validator';
import { InvalidParameterError, toProblems } from '../../platform/http/validation.js';

/** Selects the images to retry. */
export class RetryOptionsDto {
  /**
   * Retries only the images that failed with this code.
   * @example http_404
   */
  @IsOptional()
  @MaxLength(100, { message: 'code must be an error code' })
  @Matches(/^[a-z][a-z0-9_]*$/, { message: 'code must be an error code' })
  code?: string;

  /**
   * Reads the options from the query and the body. The body takes precedence.
   * @throws InvalidParameterError
   */
  static from(query: object, body: unknown): RetryOptionsDto {
    const fields = { ...query, ...(typeof body === 'object' ? body : {}) };
    const options = plainToInstance(RetryOptionsDto, fields);
    const errors = validateSync(options, { whitelist: true, forbidNonWhitelisted: true });
    const problems = errors.flatMap(toProblems);
    if (problems.length > 0) throw new InvalidParameterError(problems);
    return options;
  }
}
