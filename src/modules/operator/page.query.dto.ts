import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsInt, IsOptional, IsString, Max, MaxLength, Min } from 'class-validator';
import { InvalidParameterError } from '../../platform/http/validation.js';
import { WholeNumber } from '../../platform/http/whole-number.js';

const RANGE = { message: 'limit must be a whole number from 1 to 200' };

/** A page of a list. */
export class PageQueryDto {
  /**
   * Maximum number of entries.
   * @example 50
   */
  @ApiPropertyOptional()
  @IsOptional()
  @WholeNumber()
  @IsInt(RANGE)
  @Min(1, RANGE)
  @Max(200, RANGE)
  limit: number = 50;

  /** `next_cursor` of the previous page. */
  @IsOptional()
  @IsString({ message: 'cursor must be given once' })
  @MaxLength(2000, { message: 'cursor must be the next_cursor of the previous page' })
  cursor?: string;
}

/** Encodes the end of a page. Clients must not interpret it, because its content may change. */
const encodeCursor = (last: readonly (string | number)[]): string =>
  Buffer.from(JSON.stringify(last)).toString('base64url');

/**
 * Decodes a cursor of `encodeCursor`. Each part must match its pattern.
 * @throws InvalidParameterError
 */
export function decodeCursor(cursor: string, ...patterns: RegExp[]): string[] {
  const parts = parse(Buffer.from(cursor, 'base64url').toString());
  const isOurs =
    Array.isArray(parts) &&
    parts.length === patterns.length &&
    patterns.every((pattern, i) => pattern.test(String(parts[i])));
  if (isOurs) return parts.map(String);
  throw new InvalidParameterError([
    { field: 'cursor', message: 'cursor must be the next_cursor of the previous page' },
  ]);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** A timestamp of PostgreSQL as text, in the time zone of the session. */
export const TIMESTAMP = /^\d{4,6}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d{1,6})?[+-]\d\d(?::\d\d){0,2}$/;
export const ANY_TEXT = /^[ -~\u00a0-\uffff]*$/;
export const INTEGER = /^\d{1,18}$/;

/** Splits a list that was read with one more entry than the page has. */
export function pageOf<T>(
  rows: readonly T[],
  limit: number,
  cursorOf: (last: T) => readonly (string | number)[],
): { rows: T[]; next_cursor: string | null } {
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  const hasMore = rows.length > limit && last !== undefined;
  return { rows: page, next_cursor: hasMore ? encodeCursor(cursorOf(last)) : null };
}
