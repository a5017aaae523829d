import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsInt, IsOptional, IsString, Matches, Max, MaxLength, Min } from 'class-validator';
import { REQUEST_STATUSES, type RequestStatus } from '../../platform/database/states.js';
import { WholeNumber } from '../../platform/http/whole-number.js';

const describeLimitRange = (min: number, max: number) => ({
  message: `limit must be a whole number from ${min} to ${max}`,
});

export class StatusQueryDto {
  /**
   * Maximum number of products. A page also ends at 2,000 images. 0 returns the summary only.
   * @example 100
   */
  @ApiPropertyOptional()
  @IsOptional()
  @WholeNumber()
  @IsInt(describeLimitRange(0, 1000))
  @Min(0, describeLimitRange(0, 1000))
  @Max(1000, describeLimitRange(0, 1000))
  limit: number = 100;

  /** `next_cursor` of the previous page. */
  @IsOptional()
  @IsString({ message: 'cursor must be given once' })
  cursor?: string;

  /**
   * Row of the first product, for example `5001`. Use it instead of `cursor`.
   */
  @IsOptional()
  @WholeNumber()
  @IsInt({ message: 'first_row must be a whole number of at least 1' })
  @Min(1, { message: 'first_row must be a whole number of at least 1' })
  first_row?: number;
}

export class RequestsQueryDto {
  /**
   * Maximum number of requests.
   * @example 100
   */
  @ApiPropertyOptional()
  @IsOptional()
  @WholeNumber()
  @IsInt(describeLimitRange(1, 1000))
  @Min(1, describeLimitRange(1, 1000))
  @Max(1000, describeLimitRange(1, 1000))
  limit: number = 100;

  /** `next_cursor` of the previous page. */
  @IsOptional()
  @IsString({ message: 'cursor must be given once' })
  cursor?: string;

  /** Returns only requests with this status. */
  @IsOptional()
  @IsIn(REQUEST_STATUSES, { message: `status must be one of ${REQUEST_STATUSES.join(', ')}` })
  status?: RequestStatus;

  /** Returns only requests whose file name contains this text or whose ID starts with it. */
  @IsOptional()
  @IsString({ message: 'search must be given once' })
  @MaxLength(200, { message: 'search must be at most 200 characters long' })
  @Matches(/^[ -~\u00a0-\uffff]*$/, { message: 'search must not contain control characters' })
  search?: string;
}
