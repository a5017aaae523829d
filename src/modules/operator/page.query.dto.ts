import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsInt, IsOptional, IsString, Max, MaxLength, Min } from 'class-validator';
import { InvalidParameterError } from '../../platform/http/validation.js';
import { WholeNumber } from '../../platform/http/whole-number.js';

const INVALID_LIMIT = { message: 'limit must be a whole number from 1 to 200' };

/** Selects a page of a list. */
export class PageQueryDto {
  /**
   * Maximum number of entries.
   * @example 50
   */
  @ApiPropertyOptional()
  @IsOptional()
  @WholeNumber()
  @IsInt(INVALID_LIMIT)
  @Min(1, INVALID_LIMIT)
  @Max(200, INVALID_LIMIT)
  limit: number = 50;

  /** `next_cursor` of the previous page. */
  @IsOptional()
  @IsString({ message: 'cursor must be given once' })
  @MaxLength(2000, { message: 'cursor must be the next_cursor of the previous page' })
  cursor?: string;
}

/** Encodes the end of a page. Clients must not interpret cursors, because their content may change. */
const encodeCursor = (position: readonly (string | number)[]): string =>
  Buffer.from(JSON.stringify(position)).toString('base64url');

/**
 * Decodes a cursor from `encodeCursor`. Each part must match its pattern.
 * @throws InvalidParameterError
 */
export function decodeCursor(cursor: string, ...patterns: RegExp[]): string[] {
  const parts = parseJson(Buffer.from(cursor, 'base64url').toString());
  const isValid =
    Array.isArray(parts) &&
    parts.length === patterns.length &&
    patterns.every((pattern, index) => pattern.test(String(parts[index])));
  if (isValid) return parts.map(String);
  throw new InvalidParameterError([
    { field: 'cursor', message: 'cursor must be the next_cursor of the previous page' },
  ]);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** A PostgreSQL timestamp as text, in the time zone of the session. */
export const TIMESTAMP_PATTERN =
  /^\d{4,6}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d{1,6})?[+-]\d\d(?::\d\d){0,2}$/;
export const TEXT_PATTERN = /^[ -~\u00a0-\uffff]*$/;
export const INTEGER_PATTERN = /^\d{1,18}$/;

/** Builds a page from rows that include one more row than `limit` if there is another page. */
export function buildPage<T>(
  rows: readonly T[],
  limit: number,
  toCursor: (lastRow: T) => readonly (string | number)[],
): { rows: T[]; next_cursor: string | null } {
  const page = rows.slice(0, limit);
  const lastRow = page.at(-1);
  const hasMore = rows.length > limit && lastRow !== undefined;
  return { rows: page, next_cursor: hasMore ? encodeCursor(toCursor(lastRow)) : null };
}
