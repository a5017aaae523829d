import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsBoolean, IsIn, IsInt, IsNumber, Matches, Max, Min, validateSync } from 'class-validator';
import {
  type CompressionOptions,
  FITS,
  OUTPUT_FORMATS,
} from '../../platform/compression/compression-options.js';
import { IsOptionalNotNull, toProblems } from '../../platform/http/validation.js';
import { IsQuality, MAX_FILE_BYTES, toQualityOptions } from './quality-option.js';

const MAX_DIMENSION_PIXELS = 16_384;

/** Maximum size of an output that may be larger than its source. */
const MAX_CANVAS_PIXELS = 50_000_000;

const toPixelsMessage = (name: string) => ({
  message: `${name} must be a whole number from 1 to ${MAX_DIMENSION_PIXELS}`,
});

/** One output of each image, as an entry of the form field `outputs`. */
export class OutputOptions {
  /** Unique within the upload. Occurs in the name of the output's column and in file names in the ZIP. */
  @ApiProperty({ pattern: '^[A-Za-z0-9_-]{1,40}$', example: 'large' })
  @Matches(/^[A-Za-z0-9_-]{1,40}$/, {
    message: 'name must be 1 to 40 letters, digits, hyphens or underscores',
  })
  name!: string;

  /** `original` keeps the format of each image. */
  @ApiPropertyOptional({ enum: OUTPUT_FORMATS, default: 'original' })
  @IsOptionalNotNull()
  @IsIn(OUTPUT_FORMATS, { message: `format must be one of ${OUTPUT_FORMATS.join(', ')}` })
  format: CompressionOptions['format'] = 'original';

  /** Width in pixels. Wider images are scaled down; smaller images are enlarged only with `enlarge`. */
  @ApiPropertyOptional({
    type: 'integer',
    minimum: 1,
    maximum: MAX_DIMENSION_PIXELS,
    example: 1600,
  })
  @IsOptionalNotNull()
  @IsInt(toPixelsMessage('width'))
  @Min(1, toPixelsMessage('width'))
  @Max(MAX_DIMENSION_PIXELS, toPixelsMessage('width'))
  width?: number;

  /** Height in pixels. Taller images are scaled down; smaller images are enlarged only with `enlarge`. */
  @ApiPropertyOptional({
    type: 'integer',
    minimum: 1,
    maximum: MAX_DIMENSION_PIXELS,
    example: 1600,
  })
  @IsOptionalNotNull()
  @IsInt(toPixelsMessage('height'))
  @Min(1, toPixelsMessage('height'))
  @Max(MAX_DIMENSION_PIXELS, toPixelsMessage('height'))
  height?: number;

  /** How the image fits `width` and `height`. `pad` adds margins and `cover` crops; both require both dimensions. */
  @ApiPropertyOptional({ enum: FITS, default: 'inside' })
  @IsOptionalNotNull()
  @IsIn(FITS, { message: `fit must be one of ${FITS.join(', ')}` })
  fit: NonNullable<CompressionOptions['fit']> = 'inside';

  /** Color of margins and of transparent pixels: `#rrggbb` or `transparent`. */
  @ApiPropertyOptional({ type: 'string', example: '#ffffff' })
  @IsOptionalNotNull()
  @Matches(/^(?:#[0-9A-Fa-f]{6}|transparent)$/, {
    message: 'background must be a color such as #ffffff, or transparent',
  })
  background?: string;

  /** Removes single-color borders first. */
  @ApiPropertyOptional({ type: 'boolean', default: false })
  @IsOptionalNotNull()
  @IsBoolean({ message: 'trim must be true or false' })
  trim = false;

  /** Margin on each side, as a percentage of the shorter side of the result. */
  @ApiPropertyOptional({ type: 'number', minimum: 0, maximum: 40, default: 0 })
  @IsOptionalNotNull()
  @IsNumber({}, { message: 'padding must be a number from 0 to 40' })
  @Min(0, { message: 'padding must be a number from 0 to 40' })
  @Max(40, { message: 'padding must be a number from 0 to 40' })
  padding = 0;

  /** Scales a small image up to `width` and `height`. */
  @ApiPropertyOptional({ type: 'boolean', default: false })
  @IsOptionalNotNull()
  @IsBoolean({ message: 'enlarge must be true or false' })
  enlarge = false;

  /** 1 (smallest) to 100 (best), `auto`, or `auto:` and the target score. The default is 50, or 100 with `max_bytes`. */
  @ApiPropertyOptional({ oneOf: [{ type: 'integer' }, { type: 'string' }], example: 'auto:70' })
  @IsOptionalNotNull()
  @IsQuality()
  quality?: number | string;

  /** Maximum size of the output, in bytes. Pressroom chooses the best quality that fits. */
  @ApiPropertyOptional({ type: 'integer', minimum: 1, maximum: MAX_FILE_BYTES })
  @IsOptionalNotNull()
  @IsInt({ message: 'max_bytes must be a whole number of bytes' })
  @Min(1, { message: 'max_bytes must be at least 1' })
  @Max(MAX_FILE_BYTES, { message: `max_bytes must be at most ${MAX_FILE_BYTES}` })
  max_bytes?: number;

  /** Returns the compression options, without members that have their default value. */
  toCompressionOptions(
    shared: Pick<CompressionOptions, 'effort' | 'metadata'>,
  ): CompressionOptions {
    const { format, width, height, fit, background, trim, padding, enlarge, max_bytes } = this;
    return {
      ...toQualityOptions(this.quality, max_bytes),
      format,
      ...(width !== undefined && { max_width: width }),
      ...(height !== undefined && { max_height: height }),
      ...(fit !== 'inside' && { fit }),
      ...(background !== undefined && { background: background.toLowerCase() }),
      ...(trim && { trim }),
      ...(padding > 0 && { padding }),
      ...(enlarge && { enlarge }),
      ...(max_bytes !== undefined && { max_bytes }),
      ...shared,
    };
  }

  /** Number of pixels in the box, or 0 without a box. A missing dimension is assumed to equal the other one. */
  get boxPixels(): number {
    const { width = this.height ?? 0, height = this.width ?? 0 } = this;
    return width * height;
  }

  /** Returns the problems with the members. `path` names this output, for example `outputs[2]`. */
  findProblems(path: string): { field: string; message: string }[] {
    const problems = validateSync(this).flatMap(toProblems);
    if (problems.length === 0) problems.push(...this.findSizeProblems());
    return problems.map(({ field, message }) => ({
      field: `${path}.${field}`,
      message: `${path}.${message}`,
    }));
  }

  private *findSizeProblems(): Generator<{ field: string; message: string }> {
    const { fit, enlarge, boxPixels } = this;
    for (const dimension of ['width', 'height'] as const) {
      if (fit === 'inside' || this[dimension] !== undefined) continue;
      yield {
        field: dimension,
        message: `${dimension} is missing: fit=${fit} requires width and height`,
      };
    }
    if ((fit !== 'inside' || enlarge) && boxPixels > MAX_CANVAS_PIXELS) {
      const message = `width x height is more than ${MAX_CANVAS_PIXELS} pixels. Choose a smaller size, or use fit=inside without enlarge.`;
      yield { field: 'width', message };
    }
  }
}
