import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsInt, IsOptional, Max, Min } from 'class-validator';
import type { OwnerCost } from '../../platform/database/statements/add-owner-usage.js';
import type { OwnerBytes } from '../../platform/database/repositories/storage-usage.js';
import { WholeNumber } from '../../platform/http/whole-number.js';
import { PageQueryDto } from './page.query.dto.js';

export const DAYS = { message: 'days must be a whole number from 1 to 366' };

export class UsageQueryDto extends PageQueryDto {
  /**
   * Number of days (UTC), today included.
   * @example 30
   */
  @ApiPropertyOptional()
  @IsOptional()
  @WholeNumber()
  @IsInt(DAYS)
  @Min(1, DAYS)
  @Max(366, DAYS)
  days: number = 30;
}

/** Cost of the images of one owner. */
export class OwnerUsageDto {
  /**
   * Name of the API key; empty without keys.
   * @example shop
   */
  owner!: string;

  /**
   * Images that were downloaded and completed. Duplicates within a request cost nothing and do not count.
   * @example 61200
   */
  images_completed!: number;

  /** @example 14 */
  images_failed!: number;

  /**
   * Source bytes of completed images.
   * @example 12000000000
   */
  bytes_in!: number;

  /**
   * Bytes of the results of completed images.
   * @example 4200000000
   */
  bytes_out!: number;

  /**
   * Seconds in which decoder processes compressed images, including those that failed. Images whose result
   * already existed need none.
   * @example 640.5
   */
  compression_seconds!: number;

  static from(cost: OwnerCost): OwnerUsageDto {
    return {
      owner: cost.owner,
      images_completed: Number(cost.images_completed),
      images_failed: Number(cost.images_failed),
      bytes_in: Number(cost.bytes_in),
      bytes_out: Number(cost.bytes_out),
      compression_seconds: Math.round(Number(cost.compression_ms) / 100) / 10,
    };
  }
}

export class OwnerUsageListDto {
  /** In the order of their names. */
  owners!: OwnerUsageDto[];

  /**
   * Value of `cursor` for the next page. Null on the last page.
   * @example null
   */
  next_cursor!: string | null;
}

/** Storage that the images of one owner use now. */
export class OwnerStorageDto {
  /**
   * Name of the API key; empty without keys.
   * @example shop
   */
  owner!: string;

  /**
   * Bytes of the compressed images. An image that several requests use counts once, one that several owners
   * use counts for each of them.
   * @example 3900000000
   */
  bytes!: number;
}

export class OwnerStorageListDto {
  /** The owner with the most bytes first. */
  owners!: OwnerStorageDto[];

  /**
   * Bytes of all compressed images, also of those that will be removed soon.
   * @example 4200000000
   */
  used_bytes!: number;

  /**
   * `MAX_STORAGE_BYTES`. Null without a limit.
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
