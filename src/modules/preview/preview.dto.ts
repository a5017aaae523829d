import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsBoolean, IsIn, IsInt, IsString, Max, Min } from 'class-validator';
import {
  type CompressionOptions,
  type Effort,
  EFFORTS,
  METADATA_OPTIONS,
  type MetadataOption,
  OUTPUT_FORMATS,
  type OutputFormat,
} from '../../platform/compression/compression-options.js';
import { IsOptionalNotNull } from '../../platform/http/validation.js';

/** One image and its compression options. */
export class PreviewRequestDto {
  /**
   * Public http or https URL of an image. `//host/a.jpg` is downloaded with https, or with http if the
   * server does not support https, as in a product file.
   * @example https://shop.example.com/sku1/front.jpg
   */
  @IsString({ message: 'url must be the URL of an image' })
  url!: string;

  /**
   * Returns the source unchanged and ignores the compression options. Returns a TIFF as a PNG with the same
   * pixels, because browsers can't show TIFF.
   */
  @IsOptionalNotNull()
  @IsBoolean({ message: 'original must be true or false' })
  original: boolean = false;

  /** Quality from 1 (smallest) to 100 (best). Ignored with `target_score`. With `max_bytes`, this is the maximum quality. */
  @IsOptionalNotNull()
  @IsInt({ message: 'quality must be a whole number from 1 to 100' })
  @Min(1, { message: 'quality must be at least 1' })
  @Max(100, { message: 'quality must be at most 100' })
  quality: number = 50;

  /** Target SSIMULACRA 2 score. Chooses the lowest quality that reaches it, like `quality=auto` in an upload. */
  @IsOptionalNotNull()
  @IsInt({ message: 'target_score must be a whole number from 1 to 100' })
  @Min(1, { message: 'target_score must be at least 1' })
  @Max(100, { message: 'target_score must be at most 100' })
  target_score?: number;

  /** Maximum size in bytes. Chooses the highest quality that fits. */
  @IsOptionalNotNull()
  @IsInt({ message: 'max_bytes must be a whole number of bytes' })
  @Min(1, { message: 'max_bytes must be at least 1' })
  @Max(1_000_000_000, { message: 'max_bytes must be at most 1000000000' })
  max_bytes?: number;

  @ApiPropertyOptional({ enum: OUTPUT_FORMATS, default: 'original' })
  @IsOptionalNotNull()
  @IsIn(OUTPUT_FORMATS, { message: `format must be one of ${OUTPUT_FORMATS.join(', ')}` })
  format: OutputFormat = 'original';

  /** Maximum width in pixels. */
  @IsOptionalNotNull()
  @IsInt({ message: 'max_width must be a whole number of pixels' })
  @Min(1, { message: 'max_width must be at least 1' })
  @Max(16_384, { message: 'max_width must be at most 16384' })
  max_width?: number;

  /** Maximum height in pixels. */
  @IsOptionalNotNull()
  @IsInt({ message: 'max_height must be a whole number of pixels' })
  @Min(1, { message: 'max_height must be at least 1' })
  @Max(16_384, { message: 'max_height must be at most 16384' })
  max_height?: number;

  @ApiPropertyOptional({ enum: EFFORTS, default: 'balanced' })
  @IsOptionalNotNull()
  @IsIn(EFFORTS, { message: `effort must be one of ${EFFORTS.join(', ')}` })
  effort: Effort = 'balanced';

  @ApiPropertyOptional({ enum: METADATA_OPTIONS, default: 'strip' })
  @IsOptionalNotNull()
  @IsIn(METADATA_OPTIONS, { message: `metadata must be one of ${METADATA_OPTIONS.join(', ')}` })
  metadata: MetadataOption = 'strip';
}

/** Converts the options of a preview to the compression options of an upload. */
export function toCompressionOptions(preview: PreviewRequestDto): CompressionOptions {
  const { quality, format, target_score, max_bytes, max_width, max_height } = preview;
  const { effort, metadata } = preview;
  return {
    quality,
    format,
    ...(target_score === undefined ? {} : { target_score }),
    ...(max_bytes === undefined ? {} : { max_bytes }),
    ...(max_width === undefined ? {} : { max_width }),
    ...(max_height === undefined ? {} : { max_height }),
    ...(effort === 'balanced' ? {} : { effort }),
    ...(metadata === 'strip' ? {} : { metadata }),
  };
}
