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
   * Quality from 1 (smallest files) to 100 (best quality). Ignored with `target_score`. With `max_bytes`, this
   * is the maximum quality.
   * @example 50
   */
  quality!: number;

  /** Output format. `original` keeps the format of each image. */
  @ApiProperty({ enum: OUTPUT_FORMATS, example: 'original' })
  format!: OutputFormat;

  /** Maximum width in pixels. Larger images are scaled down to fit. */
  @ApiProperty({ required: false, example: 1600 })
  max_width?: number;

  /** Maximum height in pixels. Larger images are scaled down to fit. */
  @ApiProperty({ required: false, example: 1600 })
  max_height?: number;

  /** How the image fits into `max_width` and `max_height`. The default is `inside`. */
  @ApiProperty({ enum: FITS, required: false, example: 'pad' })
  fit?: Fit;

  /** Color of margins and transparent pixels. */
  @ApiProperty({ required: false, example: '#ffffff' })
  background?: string;

  /** Removes borders of a single color. */
  @ApiProperty({ required: false, example: true })
  trim?: true;

  /** Margin on each side, as a percentage of the shorter side. */
  @ApiProperty({ required: false, example: 5 })
  padding?: number;

  /** Enlarges small images. */
  @ApiProperty({ required: false, example: true })
  enlarge?: true;

  /** Target SSIMULACRA 2 score. The quality of each image is chosen to reach it. */
  @ApiProperty({ required: false, example: 70 })
  target_score?: number;

  /** Maximum size of the image, in bytes. */
  @ApiProperty({ required: false, example: 200000 })
  max_bytes?: number;

  /** Time that the encoder spends on making files smaller. The default is `balanced`. */
  @ApiProperty({ enum: EFFORTS, required: false, example: 'fast' })
  effort?: Effort;

  /** Metadata that the images keep. The default is `strip`. */
  @ApiProperty({ enum: METADATA_OPTIONS, required: false, example: 'copyright' })
  metadata?: MetadataOption;
}
