import { ApiProperty } from '@nestjs/swagger';
import type { ReportedImage } from '../../platform/database/repositories/reports.js';
import { REQUEST_STATUSES, type RequestStatus } from '../../platform/database/states.js';

/** An image of the product file. */
export class ReportImageDto {
  /** @example 12 */
  row!: number;

  /** @example 1 */
  position!: number;

  /** @example SKU1 */
  product_name!: string;

  /** @example https://shop.example.com/sku1/front.jpg */
  input_url!: string;

  /** @example 200000 */
  bytes_in!: number | null;

  /** @example 70000 */
  bytes_out!: number | null;

  static from({ id: _id, ...image }: ReportedImage): ReportImageDto {
    return image;
  }
}

/** Download savings for the visitors of the shop. */
export class ReportSavingsDto {
  /** @example 24000000 */
  bytes_in!: number;

  /** @example 8400000 */
  bytes_out!: number;

  /** @example 15600000 */
  bytes_saved!: number;

  /** @example 65 */
  percent!: number;

  /**
   * Seconds saved when downloading all images at 4G speed (9 Mbit/s).
   * @example 13.9
   */
  seconds_saved_4g!: number;

  /**
   * Average seconds saved per image at 4G speed.
   * @example 0.1
   */
  seconds_saved_4g_per_image!: number;

  /** Images with the largest savings. At most ten entries. */
  largest!: ReportImageDto[];
}

/** Results of the audit. */
export class ReportAuditDto {
  /** @example Google */
  preset!: string;

  /** @example 188 */
  passed!: number;

  /** @example 12 */
  failed!: number;

  reasons!: ReportAuditReasonDto[];
}

/** Number of images that failed the audit for one reason. */
export class ReportAuditReasonDto {
  /** @example too_small */
  code!: string;

  /** @example Google requires at least 500 x 500 pixels. */
  message!: string;

  /** @example 12 */
  images!: number;
}

/** A group of duplicate images. */
export class DuplicateGroupDto {
  /**
   * Number of images in the group.
   * @example 3
   */
  images!: number;

  /** First images of the group. At most five entries. */
  examples!: ReportImageDto[];
}

/** Groups of duplicate images, largest first. */
export class ReportDuplicatesDto {
  /** Different URLs that returned identical files. At most 20 groups. */
  exact!: DuplicateGroupDto[];

  /**
   * Different files that look alike, for example in a different size or quality. At most 20 groups. Each
   * image has a difference hash within 3 of 64 bits of another image in the group.
   */
  similar!: DuplicateGroupDto[];

  /**
   * Number of groups of similar images.
   * @example 4
   */
  similar_groups!: number;

  /**
   * Number of images that were compared for similarity. Only images that a request with `audit=true` compressed
   * are compared.
   * @example 200
   */
  similar_compared!: number;

  /**
   * False if the request has too many nearly identical images to compare all of them.
   * @example true
   */
  similar_is_complete!: boolean;
}

/** Failed images from one host with the same error. */
export class OriginProblemDto {
  /** @example shop.example.com */
  host!: string;

  /** @example http_404 */
  code!: string;

  /**
   * Error message of one of these images.
   * @example The server returned 404 Not Found. Check the URL and upload the row again.
   */
  message!: string | null;

  /** @example 7 */
  images!: number;

  /** @example https://shop.example.com/sku1/front.jpg */
  example_url!: string;
}

/** Summary of a request on one page. */
export class ReportDto {
  @ApiProperty({ format: 'uuid', example: '019a9f3e-7c1d-7e3a-9b55-0f8a4c1d2e3f' })
  request_id!: string;

  @ApiProperty({ enum: REQUEST_STATUSES, example: 'completed' })
  status!: RequestStatus;

  /** @example products.csv */
  filename!: string;

  @ApiProperty({ format: 'date-time', example: '2026-01-31T09:00:00.000Z' })
  created_at!: string;

  @ApiProperty({ format: 'date-time', nullable: true, example: '2026-01-31T09:05:00.000Z' })
  completed_at!: string | null;

  /** @example 80 */
  products!: number;

  /** @example 200 */
  images!: number;

  /** @example 199 */
  completed!: number;

  /** @example 1 */
  failed!: number;

  savings!: ReportSavingsDto;

  /** Null for a request without an audit. */
  @ApiProperty({ type: ReportAuditDto, nullable: true })
  audit!: ReportAuditDto | null;

  duplicates!: ReportDuplicatesDto;

  /** Failed images by host and error, most frequent first. At most 30 entries. */
  problems!: OriginProblemDto[];
}
