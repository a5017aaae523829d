import { ApiProperty } from '@nestjs/swagger';
import type { Links } from '../../platform/http/links.js';
import {
  IMAGE_FORMATS,
  type ImageFormat,
} from '../../platform/compression/inspect/image-format.js';
import type { ImageOnPage, ProductOnPage } from '../../platform/database/repositories/products.js';
import { IMAGE_STATUSES, type ImageStatus } from '../../platform/database/states.js';
import { AuditReasonDto } from './audit.dto.js';
import { toChosenQuality, ImageOutputDto } from './output.dto.js';
import type { PresetId } from '../../platform/presets/preset.js';
import { formatImagePath } from './image-path.js';

/** Names that the response contains. */
export interface PageNames {
  /** Returns the name of a column; null selects the first image column. */
  getColumnName: (column: number | null) => string;
  /** Names of the outputs; undefined for a single output without a name. */
  outputs?: readonly string[];
  /** Preset of the request; null without a preset. */
  preset: PresetId | null;
}

/** Reason why an image failed. */
export class ImageErrorDto {
  /**
   * Stable error code. docs/reference/errors.md explains each code.
   * @example http_404
   */
  code!: string;

  /**
   * The error and its fix.
   * @example shop.example.com returned 404: there is no file at this URL. Correct the URL and upload the row again.
   */
  message!: string;
}

/** One input URL of a product and its result. */
export class ImageDto {
  /**
   * Number of the image in its row, from 1.
   * @example 1
   */
  position!: number;

  /** @example https://shop.example.com/sku1/front.jpg */
  input_url!: string;

  /**
   * Name of the image column.
   * @example Image Src
   */
  column!: string;

  /** Absolute URL of the compressed image. Null until the image is completed. */
  @ApiProperty({
    format: 'uri',
    nullable: true,
    example: `https://images.example.com/images/${'0123456789abcdef'.repeat(4)}.jpg`,
  })
  output_url!: string | null;

  @ApiProperty({ enum: IMAGE_STATUSES, example: 'completed' })
  status!: ImageStatus;

  /**
   * Size of the source, in bytes.
   * @example 200000
   */
  bytes_in!: number | null;

  /**
   * Size of the compressed image, in bytes.
   * @example 70000
   */
  bytes_out!: number | null;

  /** Format of the compressed image. */
  @ApiProperty({ enum: IMAGE_FORMATS, nullable: true, example: 'jpeg' })
  format!: ImageFormat | null;

  /**
   * Width of the compressed image, in pixels.
   * @example 1600
   */
  width!: number | null;

  /**
   * Height of the compressed image, in pixels.
   * @example 1200
   */
  height!: number | null;

  /**
   * True if the output is identical to the source, because compression would not make it smaller.
   * @example false
   */
  kept_original!: boolean;

  /** Outputs of a completed image. Absent if the upload had no `outputs`. */
  outputs?: ImageOutputDto[];

  /**
   * Quality that was chosen for `quality=auto` or `max_bytes` in an upload without `outputs`. Absent otherwise.
   * @example 62
   */
  quality?: number;

  /**
   * SSIMULACRA 2 score at this quality. Absent if it was not measured.
   * @example 71.4
   */
  score?: number;

  @ApiProperty({ type: ImageErrorDto, nullable: true, example: null })
  error!: ImageErrorDto | null;

  /** Reasons why the image failed the audit; empty if it passed. Absent if it was not audited. */
  audit?: AuditReasonDto[];

  static from(image: ImageOnPage, names: PageNames, links: Links): ImageDto {
    const { preset } = names;
    const { status, format, error_code, error_message } = image;
    return {
      position: image.position,
      input_url: image.input_url,
      column: names.getColumnName(image.column),
      output_url: toFirstOutputUrl(image, names, links),
      status,
      bytes_in: image.bytes_in,
      bytes_out: image.bytes_out,
      format,
      width: image.width,
      height: image.height,
      kept_original: image.kept_original,
      ...toOutputList(image, names, links),
      error: error_code === null ? null : { code: error_code, message: error_message ?? '' },
      ...(preset &&
        image.audit !== null && { audit: AuditReasonDto.listFrom(preset, image.audit) }),
    };
  }
}

/** Returns the URL of the first output; null until the image is completed. */
function toFirstOutputUrl(image: ImageOnPage, { outputs }: PageNames, links: Links): string | null {
  const { status, artifact_key, format } = image;
  if (status !== 'completed' || artifact_key === null || format === null) return null;
  const file = { artifact_key, format, width: image.width!, height: image.height! };
  return links.imageUrl(formatImagePath(file, outputs?.[0] ?? '', image.file_name));
}

function toOutputList(
  { status, outputs, file_name }: ImageOnPage,
  { outputs: names }: PageNames,
  links: Links,
): Pick<ImageDto, 'outputs' | 'quality' | 'score'> {
  const [firstOutput] = outputs ?? [];
  if (!names) return firstOutput ? toChosenQuality(firstOutput) : {};
  if (status !== 'completed') return { outputs: [] };
  return {
    outputs: outputs?.map((output) =>
      ImageOutputDto.from(output, names[output.output], file_name, links),
    ),
  };
}

/** One row of the product file. */
export class ProductDto {
  /**
   * Row number, from 1. The header row and blank lines are not counted.
   * @example 1
   */
  row!: number;

  /** @example 0001 */
  serial_number!: string;

  /** @example SKU1 */
  product_name!: string;

  images!: ImageDto[];

  static from(product: ProductOnPage, names: PageNames, links: Links): ProductDto {
    const { row, serial_number, product_name, images } = product;
    return {
      row,
      serial_number,
      product_name,
      images: images.map((image) => ImageDto.from(image, names, links)),
    };
  }
}
