import { availableParallelism } from 'node:os';
import { IsInt, Max, Min } from 'class-validator';
import { TransferEnv } from './transfer-env.js';

/** Image processing settings. */
export class ProcessingEnv extends TransferEnv {
  /**
   * Number of decoder processes. The default is the number of cores.
   * @section Processing
   */
  @IsInt()
  @Min(1)
  @Max(256)
  DECODERS = availableParallelism();

  /**
   * Memory limit of one decoder process, in MiB. An image that needs more fails with
   * `image_needs_too_much_memory` or `decoder_memory_exceeded`. All decoders together need up to
   * `DECODERS` times this amount. The default is enough for 50 megapixels in every format, and for 100
   * megapixels in all formats except AVIF.
   */
  @IsInt()
  @Min(256)
  @Max(65_536)
  DECODER_MEMORY_MB = 2048;

  /**
   * Time limit for decoding and encoding one image, in seconds. After that, the decoder process is
   * killed.
   */
  @IsInt()
  @Min(1)
  @Max(600)
  DECODE_TIMEOUT_SECONDS = 30;

  /** Maximum number of attempts for one image, including the first. */
  @IsInt()
  @Min(1)
  @Max(20)
  IMAGE_ATTEMPTS = 4;

  /**
   * Delay before the second attempt of an image, in seconds. Each further delay is five times as long as
   * the previous one.
   */
  @IsInt()
  @Min(0)
  @Max(3600)
  IMAGE_RETRY_SECONDS = 2;

  /** Number of days that a finished request and its images are kept. 0 keeps them forever. */
  @IsInt()
  @Min(0)
  @Max(36_500)
  RETENTION_DAYS = 0;

  /** Maximum number of images in the Redis queue. All other pending images stay in PostgreSQL. */
  @IsInt()
  @Min(1)
  @Max(100_000)
  DISPATCH_WINDOW = 2000;
}
