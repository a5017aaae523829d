import { IsIn, IsInt, Matches, Max, Min } from 'class-validator';
import { parseOutboundAllow } from './outbound-allow.js';
import { ParsedBy } from './parsed-by.js';
import { readRequestHeaders } from './request-headers-file.js';
import { WebhookEnv } from './webhook-env.js';

const MiB = 1024 * 1024;

/** Settings and limits for uploads and downloads. */
export class TransferEnv extends WebhookEnv {
  /**
   * Private addresses that Pressroom may call: `CIDR:port`, comma-separated, e.g.
   * `127.0.0.1/32:9001`.
   * @section Uploads, downloads and limits
   */
  @ParsedBy(parseOutboundAllow)
  OUTBOUND_ALLOW = '';

  /** Maximum size of a product file, in bytes. The default is 512 MiB. */
  @IsInt()
  @Min(1024)
  MAX_UPLOAD_BYTES = 512 * MiB;

  /** Time limit for receiving the body of an upload, dry run or correction, in seconds. */
  @IsInt()
  @Min(10)
  @Max(86_400)
  UPLOAD_TIMEOUT_SECONDS = 1800;

  /** Maximum time that a CSV or ZIP download waits for a slot before it is rejected with 429, in seconds. */
  @IsInt()
  @Min(0)
  @Max(60)
  EXPORT_QUEUE_SECONDS = 10;

  /**
   * Minimum speed of a client that downloads a CSV or ZIP, in bytes per second over one minute.
   * Slower clients are disconnected. 0 turns the limit off.
   */
  @IsInt()
  @Min(0)
  EXPORT_MIN_BYTES_PER_SECOND = 10_240;

  /**
   * Maximum duration of a CSV download, in seconds. After that, the connection is closed. 0 turns the
   * limit off.
   */
  @IsInt()
  @Min(0)
  @Max(86_400)
  EXPORT_TIMEOUT_SECONDS = 1800;

  /** Maximum size of a source image, in bytes. The default is 32 MiB. */
  @IsInt()
  @Min(1024)
  MAX_IMAGE_BYTES = 32 * MiB;

  /** Maximum number of pixels in a source image, across all its frames. */
  @IsInt()
  @Min(1)
  MAX_IMAGE_PIXELS = 100_000_000;

  /** Maximum number of frames in an animation. */
  @IsInt()
  @Min(1)
  MAX_IMAGE_FRAMES = 500;

  /** Maximum number of concurrent image downloads. */
  @IsInt()
  @Min(1)
  @Max(1000)
  DOWNLOAD_CONCURRENCY = 32;

  /**
   * Maximum number of concurrent downloads from one host. The limit starts at 8, grows by one after each
   * round of successful downloads, and is halved when the host is overloaded.
   */
  @IsInt()
  @Min(1)
  @Max(1000)
  DOWNLOAD_CONCURRENCY_PER_HOST = 24;

  /** Maximum duration of one image download, including redirects, in seconds. */
  @IsInt()
  @Min(1)
  @Max(600)
  DOWNLOAD_TIMEOUT_SECONDS = 30;

  /**
   * Minimum speed of an image download, in bytes per second over ten seconds. Slower downloads are
   * aborted and retried later.
   */
  @IsInt()
  @Min(0)
  DOWNLOAD_MIN_BYTES_PER_SECOND = 1024;

  /** Maximum number of redirects that one download follows. */
  @IsInt()
  @Min(0)
  @Max(20)
  MAX_REDIRECTS = 10;

  /**
   * Whether downloads follow redirects from https to http. Headers of `REQUEST_HEADERS_FILE` are not sent
   * after such a redirect.
   */
  @IsIn(['true', 'false'])
  ALLOW_INSECURE_REDIRECTS = 'true';

  /** `User-Agent` of downloads and webhooks. Defaults to Pressroom, its version and `PUBLIC_URL`. */
  @Matches(/^[\x20-\x7e]{0,256}$/, {
    message: 'USER_AGENT must be at most 256 ASCII characters',
  })
  USER_AGENT = '';

  /** `Referer` of downloads: `origin` sends the origin of the image URL; a URL is sent unchanged. */
  @Matches(/^(origin|https?:\/\/[\x21-\x7e]{1,1024})?$/, {
    message: 'REFERER must be empty, origin, or a URL that begins with http:// or https://',
  })
  REFERER = '';

  /**
   * JSON file with additional request headers for each host. The values may be secrets and are never
   * logged.
   */
  @ParsedBy(readRequestHeaders)
  REQUEST_HEADERS_FILE = '';
}
