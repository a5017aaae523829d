import { ApiPropertyOptional } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsIn, IsInt, IsOptional, Max, Min } from 'class-validator';
import {
  type CompressionOptions,
  OUTPUT_FORMATS,
} from '../../platform/compression/compression-options.js';
import type { RequestOutput } from '../../platform/database/request-output.js';
import { toBoolean, toInteger, EMPTY_FIELD } from './form-fields.js';
import type { OutputOptions } from './output-options.dto.js';
import { parseOutputs } from './parse-outputs.js';
import { IsQuality, MAX_FILE_BYTES, toQualityOptions } from './quality-option.js';
import { ReadingOptions } from './reading-options.dto.js';

type Problem = { field: string; message: string };
type SharedOptions = Pick<CompressionOptions, 'effort' | 'metadata'>;

/** Form fields that describe the outputs of each image: `outputs`, or the short form of a single output. */
export class OutputsForm extends ReadingOptions {
  /** Read by `readOutputs`, after the other fields. */
  @ApiPropertyOptional({
    type: 'string',
    description:
      'Several outputs per image: a JSON array of 1 to 10 objects (`OutputOptions`), e.g. `[{"name":"large","format":"webp","width":1600},{"name":"fallback","format":"jpeg","width":1600}]`. Each image is downloaded and decoded once. Cannot be combined with `format`, `quality`, `max_width`, `max_height` or `max_bytes`, which are the short form of a single output.',
    example: EMPTY_FIELD,
  })
  outputs?: OutputOptions[];

  @ApiPropertyOptional({
    type: 'boolean',
    default: false,
    description:
      'Adds a column with a value for the `srcset` attribute: all outputs in the format of the first output, ordered by width. Requires `outputs` or `preset`.',
  })
  @Transform(toBoolean)
  @IsIn([true, false], { message: 'srcset must be true or false' })
  srcset = false;

  @ApiPropertyOptional({
    oneOf: [{ type: 'integer', minimum: 1, maximum: 100 }, { type: 'string' }],
    description:
      '1 (smallest) to 100 (best), 50 by default. `auto` selects, for each image, the lowest quality whose SSIMULACRA 2 score reaches 70. `auto:80` sets a different score. With `max_bytes`, this is the upper bound, 100 by default.',
    example: EMPTY_FIELD,
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
      'Maximum width in pixels, e.g. `1600`. Wider images are scaled down; smaller images are never enlarged.',
    example: EMPTY_FIELD,
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
      'Maximum height in pixels, e.g. `1600`. Taller images are scaled down; smaller images are never enlarged.',
    example: EMPTY_FIELD,
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
    description:
      'Maximum size of each compressed image, in bytes. Pressroom uses the best quality that fits.',
    example: EMPTY_FIELD,
  })
  @IsOptional()
  @Transform(toInteger)
  @IsInt({ message: 'max_bytes must be a whole number of bytes' })
  @Min(1, { message: 'max_bytes must be at least 1' })
  @Max(MAX_FILE_BYTES, { message: `max_bytes must be at most ${MAX_FILE_BYTES}` })
  max_bytes?: number;

  /**
   * Parses the field `outputs` and returns the problems with the fields that describe outputs.
   * @param fields fields of the form that are not empty
   */
  readOutputs(fields: Record<string, unknown>): Problem[] {
    if (fields.outputs === undefined) {
      this.outputs = undefined;
      return this.srcset && fields.preset === undefined ? [SRCSET_WITHOUT_OUTPUTS] : [];
    }
    const conflictingNames = SHORT_FORM_FIELDS.filter((name) => fields[name] !== undefined);
    const { outputs, problems = [] } = parseOutputs(fields.outputs);
    this.outputs = outputs;
    return [...conflictingNames.map(toConflictProblem), ...problems, ...this.findSrcsetProblems()];
  }

  private findSrcsetProblems(): Problem[] {
    const srcsetIndex =
      this.outputs?.findIndex(({ name }) => name.toLowerCase() === 'srcset') ?? -1;
    if (!this.srcset || srcsetIndex < 0) return [];
    const field = `outputs[${srcsetIndex}].name`;
    return [
      {
        field,
        message: `${field} must not be srcset, because that is the name of the srcset column`,
      },
    ];
  }

  /** Returns the options of the single output of the short form. Omits some members that have their default value. */
  protected toShortFormOptions(shared: SharedOptions): CompressionOptions {
    const { quality, format, max_width, max_height, max_bytes } = this;
    return {
      ...toQualityOptions(quality, max_bytes),
      format,
      ...(max_width !== undefined && { max_width }),
      ...(max_height !== undefined && { max_height }),
      ...(max_bytes !== undefined && { max_bytes }),
      ...shared,
    };
  }

  /** Returns the outputs; null for the short form. */
  protected toNamedOutputs(shared: SharedOptions): RequestOutput[] | null {
    if (!this.outputs) return null;
    return this.outputs.map((output) => ({
      name: output.name,
      options: output.toCompressionOptions(shared),
    }));
  }
}

/** Field names for the list of known options. */
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
const OUTPUT_MEMBERS_BY_FIELD = {
  format: 'format',
  quality: 'quality',
  max_width: 'width',
  max_height: 'height',
  max_bytes: 'max_bytes',
} as const;
/** Names of the fields that describe the single output of the short form. */
export const SHORT_FORM_FIELDS = Object.keys(
  OUTPUT_MEMBERS_BY_FIELD,
) as (keyof typeof OUTPUT_MEMBERS_BY_FIELD)[];

const toConflictProblem = (name: keyof typeof OUTPUT_MEMBERS_BY_FIELD): Problem => ({
  field: name,
  message: `outputs and ${name} cannot be used together. Set ${OUTPUT_MEMBERS_BY_FIELD[name]} for each output in outputs.`,
});

const SRCSET_WITHOUT_OUTPUTS: Problem = {
  field: 'srcset',
  message:
    'srcset requires outputs. Specify outputs with several widths or a preset, or remove srcset.',
};
