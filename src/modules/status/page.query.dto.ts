import { ApiPropertyOptional } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsIn, IsInt, IsOptional, IsString, Matches, Max, MaxLength, Min } from 'class-validator';
import { REQUEST_STATUSES, type RequestStatus } from '../../platform/database/states.js';

/** Strict: `1e2`, `0x10` and the empty string are no numbers here. */
const WholeNumber = () =>
  Transform(({ value }: { value: unknown }) =>
    typeof value === 'string' && /^\d{1,9}$/.test(value) ? Number(value) : value,
  );

const rangeOf = (least: number, most: number) => ({
  message: `limit must be a whole number from ${least} to ${most}`,
});

export class StatusQueryDto {
  /**
   * Products on a page, which also ends at 2,000 images; 0 gives the summary alone.
   * @example 100
   */
  @ApiPropertyOptional()
  @IsOptional()
  @WholeNumber()
  @IsInt(rangeOf(0, 1000))
  @Min(0, rangeOf(0, 1000))
  @Max(1000, rangeOf(0, 1000))
  limit: number = 100;

  /** `next_cursor` of the page before. */
  @IsOptional()
  @IsString({ message: 'cursor must be given once' })
  cursor?: string;

  /**
   * Row of the page's first product, for a jump, e.g. `5001`; instead of `cursor`.
   */
  @IsOptional()
  @WholeNumber()
  @IsInt({ message: 'first_row must be a whole number from 1' })
  @Min(1, { message: 'first_row must be a whole number from 1' })
  first_row?: number;
}

export class RequestsQueryDto {
  /**
   * Requests on a page.
   * @example 100
   */
  @ApiPropertyOptional()
  @IsOptional()
  @WholeNumber()
  @IsInt(rangeOf(1, 1000))
  @Min(1, rangeOf(1, 1000))
  @Max(1000, rangeOf(1, 1000))
  limit: number = 100;

  /** `next_cursor` of the page before. */
  @IsOptional()
  @IsString({ message: 'cursor must be given once' })
  cursor?: string;

  /** Only requests in this state. */
  @IsOptional()
  @IsIn(REQUEST_STATUSES, { message: `status must be one of ${REQUEST_STATUSES.join(', ')}` })
  status?: RequestStatus;

  /** Only requests whose file name contains this, or whose id begins with it. */
  @IsOptional()
  @IsString({ message: 'search must be given once' })
  @MaxLength(200, { message: 'search must be at most 200 characters long' })
  @Matches(/^[ -~\u00a0-\uffff]*$/, { message: 'search must hold no control characters' })
  search?: string;
}
