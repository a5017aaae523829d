import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsInt, IsOptional, Max, Min } from 'class-validator';
import { WholeNumber } from '../../platform/http/whole-number.js';
import { PageQueryDto } from './page.query.dto.js';

const INVALID_SECONDS = { message: 'seconds must be a whole number from 1 to 86400' };

export class StuckImagesQueryDto extends PageQueryDto {
  /**
   * Minimum time in seconds that a listed image has been in progress.
   * @example 90
   */
  @ApiPropertyOptional()
  @IsOptional()
  @WholeNumber()
  @IsInt(INVALID_SECONDS)
  @Min(1, INVALID_SECONDS)
  @Max(86_400, INVALID_SECONDS)
  seconds: number = 90;
}
