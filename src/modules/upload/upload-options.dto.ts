import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { plainToInstance, Transform } from 'class-transformer';
import {
  IsIn,
  IsInt,
  IsOptional,
  IsString,
  Matches,
  Max,
  Min,
  validateSync,
} from 'class-validator';
import {
  type CompressionOptions,
  EFFORTS,
  OUTPUT_FORMATS,
} from '../../platform/compression/compression-options.js';
import { InvalidParameterError, toProblems } from '../../platform/http/validation.js';
import { UnknownOptionError } from './upload-errors.js';

/** Strictly: `12abc` and a field sent twice stay what they are and fail the check. */
const asInteger = ({ value }: { value: unknown }) =>
  typeof value === 'string' && /^-?\d{1,9}$/.test(value.trim()) ? Number(value) : value;

/**
 * What Swagger UI fills in, which counts as absent. It fills in every example, and makes one up where
 * there is none (the largest width allowed), so that each upload tried there would carry them.
 */
const LEFT_EMPTY = '';

/** The form fields beside the file. */
export class UploadOptions {
  /** 1 (smallest) to 100 (best); 50 where it is absent. */
  @ApiPropertyOptional({ type: 'integer', minimum: 1, maximum: 100, default: 50 })
  @Transform(asInteger)
  @IsInt({ message: 'quality must be a whole number from 1 to 100' })
  @Min(1, { message: 'quality must be at least 1' })
  @Max(100, { message: 'quality must be at most 100' })
  quality = 50;

  @ApiPropertyOptional({
    enum: OUTPUT_FORMATS,
    default: 'original',
    description: "Format of the compressed images; `original` keeps each image's own.",
  })
  @IsIn(OUTPUT_FORMATS, { message: `format must be one of ${OUTPUT_FORMATS.join(', ')}` })
  format: CompressionOptions['format'] = 'original';

  @ApiPropertyOptional({
    type: 'integer',
    minimum: 1,
    maximum: 16_384,
    description:
      'Pixels, e.g. `1600`. A wider image is made to fit; a smaller one is never enlarged.',
    example: LEFT_EMPTY,
  })
  @IsOptional()
  @Transform(asInteger)
  @IsInt({ message: 'max_width must be a whole number of pixels' })
  @Min(1, { message: 'max_width must be at least 1' })
  @Max(16_384, { message: 'max_width must be at most 16384' })
  max_width?: number;

  @ApiPropertyOptional({
    type: 'integer',
    minimum: 1,
    maximum: 16_384,
    description:
      'Pixels, e.g. `1600`. A higher image is made to fit; a smaller one is never enlarged.',
    example: LEFT_EMPTY,
  })
  @IsOptional()
  @Transform(asInteger)
  @IsInt({ message: 'max_height must be a whole number of pixels' })
  @Min(1, { message: 'max_height must be at least 1' })
  @Max(16_384, { message: 'max_height must be at most 16384' })
  max_height?: number;

  @ApiPropertyOptional({
    enum: EFFORTS,
    default: 'balanced',
    description:
      'What the encoder may take for fewer bytes at the same quality: `fast` is for large catalogs in a hurry, `small` for pages whose visitors are many.',
  })
  @IsIn(EFFORTS, { message: `effort must be one of ${EFFORTS.join(', ')}` })
  effort: NonNullable<CompressionOptions['effort']> = 'balanced';

  @ApiPropertyOptional({
    type: 'string',
    format: 'uri',
    description:
      'Where to announce the end of the request (Standard Webhooks 1.0). Public http or https, e.g. `https://shop.example.com/hooks/pressroom`; without it, `WEBHOOK_URL` of the server.',
    example: LEFT_EMPTY,
  })
  @IsOptional()
  @IsString({ message: 'webhook_url must be given once' })
  @Matches(/^[ -~\u00a0-\uffff]*$/, { message: 'webhook_url must hold no control characters' })
  webhook_url?: string;

  @ApiPropertyOptional({
    type: 'string',
    description:
      'Signs the webhook: `whsec_` and 24 to 64 bytes in base64. Without it, `WEBHOOK_SECRET` of the server, else one is made and returned in this answer only.',
    example: LEFT_EMPTY,
  })
  @IsOptional()
  @Matches(/^whsec_[A-Za-z0-9+/]{32,88}={0,2}$/, {
    message: 'webhook_secret must be whsec_ followed by 24 to 64 bytes in base64',
  })
  webhook_secret?: string;

  @ApiPropertyOptional({
    type: 'boolean',
    default: false,
    description: 'Only checks the CSV and the options; nothing is stored.',
  })
  @Transform(({ value }) => (value === 'true' ? true : value === 'false' ? false : value))
  @IsIn([true, false], { message: 'dry_run must be true or false' })
  dry_run = false;

  /**
   * @param fields of the form, as multer gathered them; an empty one counts as absent
   * @throws UnknownOptionError, InvalidParameterError
   */
  static from(fields: Record<string, unknown>): UploadOptions {
    const given = Object.entries(fields).filter(([, value]) => value !== '');
    const unknown = Object.keys(fields).filter((name) => !OPTION_NAMES.includes(name));
    if (unknown.length > 0) throw new UnknownOptionError(unknown, OPTION_NAMES);

    const options = plainToInstance(UploadOptions, Object.fromEntries(given), {
      exposeDefaultValues: true,
    });
    const problems = validateSync(options).flatMap(toProblems);
    if (problems.length > 0) throw new InvalidParameterError(problems);
    return options;
  }

  /** What the compression needs; an option that was not given is left out. */
  compression(): CompressionOptions {
    const { quality, format, max_width, max_height, effort } = this;
    return {
      quality,
      format,
      ...(max_width === undefined ? {} : { max_width }),
      ...(max_height === undefined ? {} : { max_height }),
      ...(effort === 'balanced' ? {} : { effort }),
    };
  }
}

const OPTION_NAMES = [
  'quality',
  'format',
  'max_width',
  'max_height',
  'effort',
  'webhook_url',
  'webhook_secret',
  'dry_run',
];

/** The whole form, for the description of the API. */
export class UploadForm extends UploadOptions {
  @ApiProperty({
    type: 'string',
    format: 'binary',
    description:
      'The catalog: a CSV with columns such as `S. No.`, `Product Name` and `Input Image Urls`; separated by comma, semicolon, tab or |; UTF-8, UTF-16 or Windows-1252.',
  })
  file: unknown;
}
