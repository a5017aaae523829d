import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { plainToInstance, Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayMinSize,
  IsArray,
  IsInt,
  IsString,
  Max,
  MaxLength,
  Min,
  MinLength,
  validateSync,
  ValidateNested,
} from 'class-validator';
import {
  InvalidParameterError,
  IsOptionalNotNull,
  toProblems,
} from '../../../platform/http/validation.js';
import type { ListedCorrection } from './find-corrections-in-list.js';
import { CorrectionsMissingError } from './correction-errors.js';
import type { CorrectionProblem } from './correction-report.js';
import type { CorrectionResult } from './request-corrections.service.js';

const MAX_CORRECTIONS = 1000;
const MAX_INTEGER = 2 ** 31 - 1;

/** The new URL of one failed image. */
export class CorrectionDto implements ListedCorrection {
  /**
   * Row of the request, from 1, as in `GET /status` and in `Error Row`.
   * @example 3
   */
  @IsInt({ message: 'row must be a row number' })
  @Min(1, { message: 'row must be a row number' })
  @Max(MAX_INTEGER, { message: 'row must be a row number' })
  row!: number;

  /**
   * Number of the image in its row, from 1, as in `GET /status`. Counts the images in all image columns.
   * @example 2
   */
  @IsInt({ message: 'position must be a whole number of at least 1' })
  @Min(1, { message: 'position must be a whole number of at least 1' })
  @Max(MAX_INTEGER, { message: 'position must be a whole number of at least 1' })
  position!: number;

  /** Name of the image's column. Rejected if the image belongs to another column. */
  @ApiPropertyOptional({ example: 'Image Src' })
  @IsOptionalNotNull()
  @IsString({ message: 'column must be a string' })
  column?: string;

  /**
   * New URL, or a path under the `base_url` of the upload.
   * @example https://shop.example.com/images/mug-front.jpg
   */
  @IsString({ message: 'url must be a string' })
  @MinLength(1, { message: 'url must not be empty' })
  @MaxLength(10_000, { message: 'url has more than 10,000 characters' })
  url!: string;
}

export class CorrectionsDto {
  @ApiProperty({ type: [CorrectionDto], minItems: 1, maxItems: MAX_CORRECTIONS })
  @IsArray({ message: 'corrections must be a list' })
  @ArrayMinSize(1, { message: 'corrections must not be empty' })
  @ArrayMaxSize(MAX_CORRECTIONS, {
    message: `corrections has more than ${MAX_CORRECTIONS} entries. Send the errors file instead.`,
  })
  @ValidateNested({ each: true, message: 'corrections must be a list of objects' })
  @Type(() => CorrectionDto)
  corrections!: CorrectionDto[];

  /**
   * Reads one correction or a list of them.
   * @throws CorrectionsMissingError, InvalidParameterError
   */
  static from(body: unknown): CorrectionsDto {
    if (typeof body !== 'object' || body === null) throw new CorrectionsMissingError();
    const list = 'corrections' in body ? body : { corrections: [body] };
    const dto = plainToInstance(CorrectionsDto, list);
    const errors = validateSync(dto, { whitelist: true, forbidNonWhitelisted: true });
    const problems = errors.flatMap(flattenErrors).flatMap(toProblems);
    if (problems.length > 0) throw new InvalidParameterError(problems.slice(0, 10));
    return dto;
  }
}

type NestedError = ReturnType<typeof validateSync>[number];

const flattenErrors = (error: NestedError): NestedError[] =>
  error.constraints ? [error] : (error.children ?? []).flatMap(flattenErrors);

export class CorrectionProblemDto implements Omit<CorrectionProblem, 'code'> {
  @ApiProperty({ type: 'integer', nullable: true, example: 3 })
  row!: number | null;

  @ApiProperty({
    type: 'integer',
    nullable: true,
    description: 'Line of the errors file, counted from 1; null for JSON.',
    example: 2,
  })
  line!: number | null;

  @ApiProperty({ type: String, nullable: true, example: 'Image Src' })
  column!: string | null;

  @ApiProperty({
    type: 'integer',
    nullable: true,
    description: 'Null if the problem concerns the entire cell.',
    example: null,
  })
  position!: number | null;

  @ApiProperty({ example: 'correction_count_differs' })
  code!: string;

  @ApiProperty({
    example:
      'The number of entries in the cell (1) differs from the number of failed images (2). Keep one URL for each failed image.',
  })
  message!: string;

  @ApiProperty({ type: String, nullable: true, example: 'https://shop.example.com/mug.jpg' })
  value!: string | null;
}

/** Result of applying corrections. */
export class CorrectionResultDto {
  @ApiProperty({
    type: 'integer',
    description: 'Number of images that are pending again.',
    example: 4,
  })
  corrected!: number;

  @ApiProperty({
    type: 'integer',
    description: 'Number of entries whose image already has that URL.',
    example: 1,
  })
  unchanged!: number;

  @ApiProperty({ type: [CorrectionProblemDto], description: 'The first 100 problems.' })
  problems!: CorrectionProblemDto[];

  @ApiProperty({ type: 'integer', description: 'Total number of problems.', example: 1 })
  problem_count!: number;

  static from({ correctedCount, report }: CorrectionResult): CorrectionResultDto {
    const { unchangedCount, problems, problemCount } = report;
    return {
      corrected: correctedCount,
      unchanged: unchangedCount,
      problems,
      problem_count: problemCount,
    };
  }
}
