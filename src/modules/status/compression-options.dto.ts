import { ApiProperty } from '@nestjs/swagger';
import {
  type CompressionOptions,
  type Effort,
  EFFORTS,
  type Fit,
  FITS,
  METADATA_OPTIONS,
  type MetadataOption,
  OUTPUT_FORMATS,
  type OutputFormat,
} from '../../platform/compression/compression-options.js';

/** Compression options of an output. */
export class CompressionOptionsDto implements CompressionOptions {
  /**
   * Quality from 1 (smallest files) to 100 (best quality). Ignored with `target_score`; the upper bound with
   * `max_bytes`.
   * @example 50
   */
  quality!: number;

  /** `original` keeps each image's own format. */
  @ApiProperty({ enum: OUTPUT_FORMATS, example: 'original' })
  format!: OutputFormat;

  /** Maximum width in pixels. Larger images are scaled down to fit. */
  @ApiProperty({ required: false, example: 1600 })
  max_width?: number;

  /** Maximum height in pixels. Larger images are scaled down to fit. */
  @ApiProperty({ required: false, example: 1600 })
  max_height?: number;

  /** Fit of the image into `max_width` and `max_height`. `inside` when absent. */
  @ApiProperty({ enum: FITS, required: false, example: 'pad' })
  fit?: Fit;

  /** Color of margins and of transparent pixels. */
  @ApiProperty({ required: false, example: '#ffffff' })
  background?: string;

  /** Borders of one color are removed. */
  @ApiProperty({ required: false, example: true })
  trim?: true;

  /** Margin on each side, in percent of the shorter side. */
  @ApiProperty({ required: false, example: 5 })
  padding?: number;

  /** Small images are enlarged. */
  @ApiProperty({ required: false, example: true })
  enlarge?: true;

  /** SSIMULACRA 2 score that the quality of each image reaches. */
  @ApiProperty({ required: false, example: 70 })
  target_score?: number;

  /** Maximum size of the image, in bytes. */
  @ApiProperty({ required: false, example: 200000 })
  max_bytes?: number;

  /** Time that the encoder spends on smaller files. `balanced` when absent. */
  @ApiProperty({ enum: EFFORTS, required: false, example: 'fast' })
  effort?: Effort;

  /** Kept metadata of the images. `strip` when absent. */
  @ApiProperty({ enum: METADATA_OPTIONS, required: false, example: 'copyright' })
  metadata?: MetadataOption;
}
