import { ApiProperty } from '@nestjs/swagger';

/** A server that the app uses. */
export class ServerDto {
  /** True if the app started an embedded server under `DATA_DIR`, because no server was configured. */
  embedded!: boolean;

  /**
   * Host, port and database, without the user name and password.
   * @example 127.0.0.1:5432/pressroom
   */
  address!: string;
}

export class StorageDto {
  /** Value of `STORAGE`. */
  @ApiProperty({ enum: ['disk', 's3'], example: 'disk' })
  kind!: 'disk' | 's3';

  /**
   * Folder of the compressed images; null with S3.
   * @example /var/lib/pressroom/artifacts
   */
  directory!: string | null;

  /**
   * Bucket and prefix of the compressed images; null with disk storage.
   * @example null
   */
  bucket!: string | null;

  /**
   * File or object that the operator removes to turn orphan cleanup on.
   * @example /var/lib/pressroom/artifacts/.database
   */
  owner_marker!: string;
}

/** Servers, paths and limits of this instance, without secrets. */
export class SetupDto {
  /** @example 0.2.0 */
  version!: string;

  /** @example 20.19.0 */
  node!: string;

  /**
   * Value of `PUBLIC_URL`. If null, URLs start with the host that the client called.
   * @example https://images.example.com
   */
  public_url!: string | null;

  database!: ServerDto;

  redis!: ServerDto;

  storage!: StorageDto;

  /**
   * Maximum number of images that are compressed concurrently.
   * @example 2
   */
  decoders!: number;

  /**
   * Maximum number of concurrent downloads.
   * @example 32
   */
  download_concurrency!: number;

  /** @example 33554432 */
  max_image_bytes!: number;

  /** @example 100000000 */
  max_image_pixels!: number;

  /** @example 536870912 */
  max_upload_bytes!: number;
}
