import { ApiPropertyOptional } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsIn, IsInt, IsOptional, Max, Min } from 'class-validator';
import {
  type CompressionOptions,
  OUTPUT_FORMATS,
} from '../../platform/compression/compression-options.js';
import type { RequestOutput } from '../../platform/database/request-output.js';
import { toBoolean, toInteger, LEFT_EMPTY } from './form-fields.js';
import type { OutputOptions } from './output-options.dto.js';
import { parseOutputs } from './parse-outputs.js';
import { IsQuality, MAX_FILE_BYTES, toQuality } from './quality-option.js';
import { ReadingOptions } from './reading-options.dto.js';

type Problem = { field: string; message: string };
type Shared = Pick<CompressionOptions, 'effort' | 'metadata'>;

/** Form fields that describe the outputs of each image: `outputs`, or the short form of a single output. */
export class OutputsForm extends ReadingOptions {
  /** Read by `readOutputs`, after the other fields. */
  @ApiPropertyOptional({
    type: 'string',
    description:
      'Several outputs per image: a JSON array of 1 to 10 objects (`OutputOptions`), e.g. `[{"name":"large","format":"webp","width":1600},{"name":"fallback","format":"jpeg","width":1600}]`. Each image is downloaded and decoded once. Cannot be combined with `format`, `quality`, `max_width`, `max_height` and `max_bytes`, which are the short form of one output.',
    example: LEFT_EMPTY,
  })
  outputs?: OutputOptions[];

  @ApiPropertyOptional({
    type: 'boolean',
    default: false,
    description:
      'Adds a column with a value for the `srcset` attribute: all outputs in the format of the first one, ordered by width. Requires `outputs` or `preset`.',
  })
  @Transform(toBoolean)
  @IsIn([true, false], { message: 'srcset must be true or false' })
  srcset = false;

  @ApiPropertyOptional({
    oneOf: [{ type: 'integer', minimum: 1, maximum: 100 }, { type: 'string' }],
    description:
      '1 (smallest) to 100 (best), 50 by default; or `auto`: for each image, the lowest quality whose SSIMULACRA 2 score reaches 70. `auto:80` sets another score. With `max_bytes`, the upper bound, 100 by default.',
    example: LEFT_EMPTY,
  })
  @IsOptional()
  @Transform(toInteger)
  @IsQuality()
  quality?: number | string;

  @ApiPropertyOptional({
    enum: OUTPUT_FORMATS,
    description:
      'Format of the compressed images. `original`, the default, keeps the format of each image.',
  })
  @IsIn(OUTPUT_FORMATS, { message: `format must be one of ${OUTPUT_FORMATS.join(', ')}` })
  format: CompressionOptions['format'] = 'original';

  @ApiPropertyOptional({
    type: 'integer',
    minimum: 1,
    maximum: 16_384,
    description:
      'Pixels, e.g. `1600`. A wider image is scaled down; a smaller one is never enlarged.',
    example: LEFT_EMPTY,
  })
  @IsOptional()
  @Transform(toInteger)
  @IsInt({ message: 'max_width must be a whole number of pixels' })
  @Min(1, { message: 'max_width must be at least 1' })
  @Max(16_384, { message: 'max_width must be at most 16384' })
  max_width?: number;

  @ApiPropertyOptional({
    type: 'integer',
    minimum: 1,
    maximum: 16_384,
    description:
      'Pixels, e.g. `1600`. A taller image is scaled down; a smaller one is never enlarged.',
    example: LEFT_EMPTY,
  })
  @IsOptional()
  @Transform(toInteger)
  @IsInt({ message: 'max_height must be a whole number of pixels' })
  @Min(1, { message: 'max_height must be at least 1' })
  @Max(16_384, { message: 'max_height must be at most 16384' })
  max_height?: number;

  @ApiPropertyOptional({
    type: 'integer',
    minimum: 1,
    maximum: MAX_FILE_BYTES,
    description: 'Maximum size of each compressed image, in bytes: the best quality that fits.',
    example: LEFT_EMPTY,
  })
  @IsOptional()
  @Transform(toInteger)
  @IsInt({ message: 'max_bytes must be a whole number of bytes' })
  @Min(1, { message: 'max_bytes must be at least 1' })
  @Max(MAX_FILE_BYTES, { message: `max_bytes must be at most ${MAX_FILE_BYTES}` })
  max_bytes?: number;

  /**
   * Reads the field `outputs`, and returns the problems of the fields that describe outputs.
   * @param given fields of the form that are not empty
   */
  readOutputs(given: Record<string, unknown>): Problem[] {
    if (given.outputs === undefined) {
      this.outputs = undefined;
      return this.srcset && given.preset === undefined ? [SRCSET_ALONE] : [];
    }
    const both = SHORT_FORM.filter((name) => given[name] !== undefined);
    const { outputs, problems = [] } = parseOutputs(given.outputs);
    this.outputs = outputs;
    return [...both.map(conflictProblem), ...problems, ...this.srcsetProblems()];
  }

  private srcsetProblems(): Problem[] {
    const named = this.outputs?.findIndex(({ name }) => name.toLowerCase() === 'srcset') ?? -1;
    if (!this.srcset || named < 0) return [];
    const field = `outputs[${named}].name`;
    return [{ field, message: `${field} must not be srcset, which is the name of a column` }];
  }

  /** Returns the options of the only output of the short form. Members at their default are left out. */
  protected shortForm(shared: Shared): CompressionOptions {
    const { quality, format, max_width, max_height, max_bytes } = this;
    return {
      ...toQuality(quality, max_bytes),
      format,
      ...(max_width !== undefined && { max_width }),
      ...(max_height !== undefined && { max_height }),
      ...(max_bytes !== undefined && { max_bytes }),
      ...shared,
    };
  }

  /** Returns the outputs; null for the short form. */
  protected toNamedOutputs(shared: Shared): RequestOutput[] | null {
    if (!this.outputs) return null;
    return this.outputs.map((output) => ({
      name: output.name,
      options: output.toCompressionOptions(shared),
    }));
  }
}

/** Names of the fields, for the list of known ones. */
export const OUTPUT_OPTION_NAMES = [
  'outputs',
  'srcset',
  'quality',
  'format',
  'max_width',
  'max_height',
  'max_bytes',
] as const satisfies (keyof OutputsForm)[];

/** The short form of one output, with the member of `outputs` that replaces each field. */
const IN_OUTPUTS = {
  format: 'format',
  quality: 'quality',
  max_width: 'width',
  max_height: 'height',
  max_bytes: 'max_bytes',
} as const;
/** Names of the fields that describe the only output. */
export const SHORT_FORM = Object.keys(IN_OUTPUTS) as (keyof typeof IN_OUTPUTS)[];

const conflictProblem = (name: keyof typeof IN_OUTPUTS): Problem => ({
  field: name,
  message: `outputs and ${name} cannot be used together. Set ${IN_OUTPUTS[name]} of each output in outputs.`,
});

const SRCSET_ALONE: Problem = {
  field: 'srcset',
  message: 'srcset needs outputs. Give outputs of several widths or a preset, or remove srcset.',
};
