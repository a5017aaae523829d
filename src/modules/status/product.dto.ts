import { ApiProperty } from '@nestjs/swagger';
import type { Links } from '../../platform/http/links.js';
import { IMAGE_FORMATS, type ImageFormat } from '../../platform/compression/image-format.js';
import type { ImageOnPage, ProductOnPage } from '../../platform/database/repositories/products.js';
import { IMAGE_STATUSES, type ImageStatus } from '../../platform/database/states.js';
import { artifactName } from '../../platform/storage/artifact-key.js';

/** Why an image failed. */
export class ImageErrorDto {
  /**
   * Stable; docs/reference/errors.md explains each.
   * @example http_404
   */
  code!: string;

  /**
   * What happened and what to do about it.
   * @example The server says there is no such image (404). Check the URL.
   */
  message!: string;
}

/** One input URL of a product and what became of it. */
export class ImageDto {
  /**
   * From 1, as in the cell.
   * @example 1
   */
  position!: number;

  /** @example https://shop.example.com/sku1/front.jpg */
  input_url!: string;

  /** Absolute URL of the compressed image; null until it is completed. */
  @ApiProperty({
    format: 'uri',
    nullable: true,
    example: `https://images.example.com/images/${'0123456789abcdef'.repeat(4)}.jpg`,
  })
  output_url!: string | null;

  @ApiProperty({ enum: IMAGE_STATUSES, example: 'completed' })
  status!: ImageStatus;

  /**
   * Of the source.
   * @example 200000
   */
  bytes_in!: number | null;

  /**
   * Of the compressed image.
   * @example 70000
   */
  bytes_out!: number | null;

  /** Of the compressed image. */
  @ApiProperty({ enum: IMAGE_FORMATS, nullable: true, example: 'jpeg' })
  format!: ImageFormat | null;

  /**
   * Pixels of the compressed image.
   * @example 1600
   */
  width!: number | null;

  /**
   * Pixels of the compressed image.
   * @example 1200
   */
  height!: number | null;

  /**
   * The source is given back byte for byte, because compressing it would not have made it smaller.
   * @example false
   */
  kept_original!: boolean;

  @ApiProperty({ type: ImageErrorDto, nullable: true, example: null })
  error!: ImageErrorDto | null;

  static from(image: ImageOnPage, links: Links): ImageDto {
    const { status, artifact_key, format, error_code, error_message } = image;
    const isThere = status === 'completed' && artifact_key !== null && format !== null;
    return {
      position: image.position,
      input_url: image.input_url,
      output_url: isThere ? links.image(artifactName(artifact_key, format)) : null,
      status,
      bytes_in: image.bytes_in,
      bytes_out: image.bytes_out,
      format,
      width: image.width,
      height: image.height,
      kept_original: image.kept_original,
      error: error_code === null ? null : { code: error_code, message: error_message ?? '' },
    };
  }
}

/** One row of the CSV. */
export class ProductDto {
  /**
   * From 1; the header and blank lines are not counted.
   * @example 1
   */
  row!: number;

  /** @example 0001 */
  serial_number!: string;

  /** @example SKU1 */
  product_name!: string;

  images!: ImageDto[];

  static from(product: ProductOnPage, links: Links): ProductDto {
    const { row, serial_number, product_name, images } = product;
    return {
      row,
      serial_number,
      product_name,
      images: images.map((image) => ImageDto.from(image, links)),
    };
  }
}
