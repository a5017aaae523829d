import { ApiProperty } from '@nestjs/swagger';
import {
  IMAGE_FORMATS,
  type ImageFormat,
} from '../../platform/compression/inspect/image-format.js';
import type { ProcessingRequest } from '../../platform/database/entities/processing-request.entity.js';
import type { OutputOnPage } from '../../platform/database/repositories/products.js';
import type { Links } from '../../platform/http/links.js';
import { formatImagePath } from './image-path.js';
import { CompressionOptionsDto } from './compression-options.dto.js';

/** One output of a completed image. */
export class ImageOutputDto {
  /**
   * Name of the output.
   * @example large
   */
  name!: string;

  /** Absolute URL of the compressed image. */
  @ApiProperty({
    format: 'uri',
    example: `https://images.example.com/images/${'0123456789abcdef'.repeat(4)}.webp`,
  })
  output_url!: string;

  @ApiProperty({ enum: IMAGE_FORMATS, example: 'webp' })
  format!: ImageFormat;

  /**
   * Width in pixels.
   * @example 1600
   */
  width!: number;

  /**
   * Height in pixels.
   * @example 1200
   */
  height!: number;

  /**
   * Size in bytes.
   * @example 52000
   */
  bytes!: number;

  /**
   * Quality that was chosen for `quality=auto` or `max_bytes`. Absent otherwise.
   * @example 62
   */
  quality?: number;

  /**
   * SSIMULACRA 2 score at this quality. Absent if it was not measured.
   * @example 71.4
   */
  score?: number;

  /** @param fileName file name of the image; null without `filename_template` */
  static from(
    output: OutputOnPage,
    name: string,
    fileName: string | null,
    links: Links,
  ): ImageOutputDto {
    const { format, width, height, bytes } = output;
    const output_url = links.imageUrl(formatImagePath(output, name, fileName));
    return { name, output_url, format, width, height, bytes, ...toChosenQuality(output) };
  }
}

/** Returns the chosen quality and its score, rounded to one decimal place. Returns an empty object if no quality was chosen. */
export const toChosenQuality = ({ quality, score }: Pick<OutputOnPage, 'quality' | 'score'>) => ({
  ...(quality !== null && { quality }),
  ...(score !== null && { score: Math.round(score * 10) / 10 }),
});

/** One output of a request, summed over all images. */
export class RequestOutputDto {
  /**
   * Name of the output.
   * @example large
   */
  name!: string;

  options!: CompressionOptionsDto;

  /**
   * Total size of this output for all completed images, in bytes.
   * @example 8400000
   */
  bytes_out!: number;

  /** Returns the outputs of a request; undefined if it has a single output without a name. */
  static listFrom({
    outputs,
    bytesOut,
    additionalBytes,
  }: ProcessingRequest): RequestOutputDto[] | undefined {
    return outputs?.map(({ name, options }, index) => ({
      name,
      options,
      bytes_out: index === 0 ? Number(bytesOut) : (additionalBytes?.[index] ?? 0),
    }));
  }
}
