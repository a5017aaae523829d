import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsInt, IsOptional, Max, Min } from 'class-validator';
import { WholeNumber } from '../../platform/http/whole-number.js';
import { PageQueryDto } from './page.query.dto.js';

const SECONDS = { message: 'seconds must be a whole number from 1 to 86400' };

export class StuckImagesQueryDto extends PageQueryDto {
  /**
   * Time that an image may be in progress, in seconds.
   * @example 90
   */
  @ApiPropertyOptional()
  @IsOptional()
  @WholeNumber()
  @IsInt(SECONDS)
  @Min(1, SECONDS)
  @Max(86_400, SECONDS)
  seconds: number = 90;
}
