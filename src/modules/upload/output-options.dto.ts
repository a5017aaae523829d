import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsBoolean, IsIn, IsInt, IsNumber, Matches, Max, Min, validateSync } from 'class-validator';
import {
  type CompressionOptions,
  FITS,
  OUTPUT_FORMATS,
} from '../../platform/compression/compression-options.js';
import { IsOptionalNotNull, toProblems } from '../../platform/http/validation.js';
import { IsQuality, MAX_FILE_BYTES, toQuality } from './quality-option.js';

const MAX_SIDE = 16_384;

/** Largest canvas that an output may have beyond the pixels of its source. */
const MAX_CANVAS_PIXELS = 50_000_000;

const wholePixels = (name: string) => ({
  message: `${name} must be a whole number from 1 to ${MAX_SIDE}`,
});

/** One output of each image, as an entry of the form field `outputs`. */
export class OutputOptions {
  /** Unique in the upload. Names its column and the files in the ZIP. */
  @ApiProperty({ pattern: '^[A-Za-z0-9_-]{1,40}$', example: 'large' })
  @Matches(/^[A-Za-z0-9_-]{1,40}$/, {
    message: 'name must have 1 to 40 characters: letters, digits, hyphens and underscores',
  })
  name!: string;

  /** `original` keeps the format of each image. */
  @ApiPropertyOptional({ enum: OUTPUT_FORMATS, default: 'original' })
  @IsOptionalNotNull()
  @IsIn(OUTPUT_FORMATS, { message: `format must be one of ${OUTPUT_FORMATS.join(', ')}` })
  format: CompressionOptions['format'] = 'original';

  /** Pixels. A wider image is scaled down; a smaller one is enlarged only with `enlarge`. */
  @ApiPropertyOptional({ type: 'integer', minimum: 1, maximum: MAX_SIDE, example: 1600 })
  @IsOptionalNotNull()
  @IsInt(wholePixels('width'))
  @Min(1, wholePixels('width'))
  @Max(MAX_SIDE, wholePixels('width'))
  width?: number;

  /** Pixels. A higher image is scaled down; a smaller one is enlarged only with `enlarge`. */
  @ApiPropertyOptional({ type: 'integer', minimum: 1, maximum: MAX_SIDE, example: 1600 })
  @IsOptionalNotNull()
  @IsInt(wholePixels('height'))
  @Min(1, wholePixels('height'))
  @Max(MAX_SIDE, wholePixels('height'))
  height?: number;

  /** Fits the image into the box: `pad` adds margins, `cover` crops. Both need `width` and `height`. */
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

  /** Removes borders of one color first. */
  @ApiPropertyOptional({ type: 'boolean', default: false })
  @IsOptionalNotNull()
  @IsBoolean({ message: 'trim must be true or false' })
  trim = false;

  /** Margin on each side, in percent of the shorter side of the result. */
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

  /** 1 (smallest) to 100 (best), `auto`, or `auto:` and the target score. Default: 50; 100 with `max_bytes`. */
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

  /** Returns the compression options, without members at their default. */
  toCompressionOptions(
    shared: Pick<CompressionOptions, 'effort' | 'metadata'>,
  ): CompressionOptions {
    const { format, width, height, fit, background, trim, padding, enlarge, max_bytes } = this;
    return {
      ...toQuality(this.quality, max_bytes),
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

  /** Pixels of the box; 0 without one. A missing side counts like the other one. */
  get boxPixels(): number {
    const { width = this.height ?? 0, height = this.width ?? 0 } = this;
    return width * height;
  }

  /** Returns one problem per member. `path` names this output, such as `outputs[2]`. */
  findProblems(path: string): { field: string; message: string }[] {
    const found = validateSync(this).flatMap(toProblems);
    if (found.length === 0) found.push(...this.shapeProblems());
    return found.map(({ field, message }) => ({
      field: `${path}.${field}`,
      message: `${path}.${message}`,
    }));
  }

  private *shapeProblems(): Generator<{ field: string; message: string }> {
    const { fit, enlarge, boxPixels } = this;
    for (const side of ['width', 'height'] as const) {
      if (fit === 'inside' || this[side] !== undefined) continue;
      yield { field: side, message: `${side} is missing: fit=${fit} needs width and height` };
    }
    if ((fit !== 'inside' || enlarge) && boxPixels > MAX_CANVAS_PIXELS) {
      const message = `width and height have more than ${MAX_CANVAS_PIXELS} pixels in total. Choose a smaller size, or fit=inside without enlarge.`;
      yield { field: 'width', message };
    }
  }
}
