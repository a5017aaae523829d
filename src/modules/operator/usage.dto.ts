import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsInt, IsOptional, Max, Min } from 'class-validator';
import type { OwnerCost } from '../../platform/database/statements/add-owner-usage.js';
import type { OwnerBytes } from '../../platform/database/repositories/storage-usage.js';
import { WholeNumber } from '../../platform/http/whole-number.js';
import { PageQueryDto } from './page.query.dto.js';

export const INVALID_DAYS = { message: 'days must be a whole number from 1 to 366' };

export class UsageQueryDto extends PageQueryDto {
  /**
   * Number of days (UTC), including today.
   * @example 30
   */
  @ApiPropertyOptional()
  @IsOptional()
  @WholeNumber()
  @IsInt(INVALID_DAYS)
  @Min(1, INVALID_DAYS)
  @Max(366, INVALID_DAYS)
  days: number = 30;
}

/** Resources that the images of one owner used. */
export class OwnerUsageDto {
  /**
   * Name of the API key; empty without keys.
   * @example shop
   */
  owner!: string;

  /**
   * Number of images that were downloaded and completed. Duplicates within a request are not counted.
   * @example 61200
   */
  images_completed!: number;

  /** @example 14 */
  images_failed!: number;

  /**
   * Total size of the sources of completed images, in bytes.
   * @example 12000000000
   */
  bytes_in!: number;

  /**
   * Total size of completed images after compression, in bytes.
   * @example 4200000000
   */
  bytes_out!: number;

  /**
   * Seconds that decoder processes spent on images, including failed images. Zero for images whose result
   * already existed.
   * @example 640.5
   */
  compression_seconds!: number;

  static from(usage: OwnerCost): OwnerUsageDto {
    return {
      owner: usage.owner,
      images_completed: Number(usage.images_completed),
      images_failed: Number(usage.images_failed),
      bytes_in: Number(usage.bytes_in),
      bytes_out: Number(usage.bytes_out),
      compression_seconds: Math.round(Number(usage.compression_ms) / 100) / 10,
    };
  }
}

export class OwnerUsageListDto {
  /** Owners, ordered by name. */
  owners!: OwnerUsageDto[];

  /**
   * Value of `cursor` for the next page. Null on the last page.
   * @example null
   */
  next_cursor!: string | null;
}

/** Storage that the images of one owner currently use. */
export class OwnerStorageDto {
  /**
   * Name of the API key; empty without keys.
   * @example shop
   */
  owner!: string;

  /**
   * Total size of the compressed images, in bytes. An image counts once for several requests of the same owner,
   * and once for each of several owners.
   * @example 3900000000
   */
  bytes!: number;
}

export class OwnerStorageListDto {
  /** Owners, ordered by storage use, largest first. */
  owners!: OwnerStorageDto[];

  /**
   * Total size of all compressed images in bytes, including images that will be removed soon.
   * @example 4200000000
   */
  used_bytes!: number;

  /**
   * Value of `MAX_STORAGE_BYTES`. Null without a limit.
   * @example null
   */
  max_bytes!: number | null;

  static from(owners: OwnerBytes[], usedBytes: number, maxBytes: number): OwnerStorageListDto {
    return {
      owners: owners.map(({ owner, bytes }) => ({ owner, bytes })),
      used_bytes: usedBytes,
      max_bytes: maxBytes === 0 ? null : maxBytes,
    };
  }
}
