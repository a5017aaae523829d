/** A server that the app works with. */
export class ServerDto {
  /** Started by the app itself, under `DATA_DIR`, because none was configured. */
  embedded!: boolean;

  /**
   * Host, port and database; never a user name or password.
   * @example 127.0.0.1:5432/pressroom
   */
  address!: string;
}

export class StorageDto {
  /**
   * Where compressed images are kept.
   * @example /var/lib/pressroom/artifacts
   */
  directory!: string;
}

/** What runs where, without secrets. */
export class SetupDto {
  /** @example 0.1.0 */
  version!: string;

  /** @example 20.19.0 */
  node!: string;

  /**
   * `PUBLIC_URL`; null: links are given out under the host that a client called.
   * @example https://images.example.com
   */
  public_url!: string | null;

  database!: ServerDto;

  redis!: ServerDto;

  storage!: StorageDto;

  /**
   * Images compressed at once.
   * @example 2
   */
  decoders!: number;

  /**
   * Downloads at once.
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
