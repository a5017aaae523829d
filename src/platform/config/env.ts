import 'reflect-metadata';
import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { plainToInstance } from 'class-transformer';
import {
  IsIn,
  IsInt,
  IsOptional,
  IsString,
  IsUrl,
  Matches,
  Max,
  Min,
  MinLength,
  validateSync,
} from 'class-validator';
import { parseDurations } from './durations.js';
import { parseOutboundAllow } from './outbound-allow.js';
import { ParsedBy } from './parsed-by.js';
import { readRequestHeaders } from './request-headers.js';
import { fileVariable, readSecretFiles } from './secret-files.js';
import { Secret, secretSettings } from './secret-setting.js';
import { roleConflicts } from './role-env.js';
import { serverUrl } from './server-url.js';
import { storageConflicts } from './storage-settings.js';
import { TelemetryEnv } from './telemetry-env.js';

const MiB = 1024 * 1024;

/**
 * All settings with their defaults, including those of the base classes. Each property is an environment
 * variable of the same name. `.env` in the working directory is read first and never overrides the environment. `npm run reference` generates
 * `.env.example` and `docs/reference/configuration.md` from the doc comments; `@section` starts a section.
 */
export class Env extends TelemetryEnv {
  /** Address to listen on. Set `API_KEYS` before you listen on anything but loopback. */
  @IsString()
  @MinLength(1)
  HOST = '127.0.0.1';

  /** TCP port to listen on. 0 selects a free port, which the log names. */
  @IsInt()
  @Min(0)
  @Max(65_535)
  PORT = 3000;

  /**
   * Base of all absolute URLs in answers and files, e.g. `https://images.example.com`. Without it,
   * Pressroom uses the host of the upload.
   */
  @IsOptional()
  @IsUrl(serverUrl('http', 'https'))
  PUBLIC_URL?: string = undefined;

  /** Folder of compressed images and of the private servers' data. */
  @IsString()
  @MinLength(1)
  DATA_DIR = './data';

  /**
   * Lowest level that is logged: `fatal`, `error`, `warn`, `info`, `debug`, `trace` or `silent`.
   * @section Logs
   */
  @IsIn(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'])
  LOG_LEVEL = 'info';

  /**
   * Log format: `json` (one object per line), `pretty`, or `auto` (`pretty` in a terminal, else
   * `json`).
   */
  @IsIn(['auto', 'json', 'pretty'])
  LOG_FORMAT = 'auto';

  /**
   * Receiver of webhooks for requests that were uploaded without a `webhook_url`.
   * @section Webhooks
   */
  @IsOptional()
  @IsUrl(serverUrl('http', 'https'))
  WEBHOOK_URL?: string = undefined;

  /**
   * Secret that signs webhooks of requests that were uploaded without a `webhook_secret`: `whsec_`
   * and 24 to 64 bytes in base64. `echo "whsec_$(openssl rand -base64 32)"` creates one.
   */
  @Secret()
  @IsOptional()
  @Matches(/^whsec_[A-Za-z0-9+/]{32,88}={0,2}$/, {
    message: 'WEBHOOK_SECRET must be whsec_ followed by 24 to 64 bytes in base64',
  })
  WEBHOOK_SECRET?: string = undefined;

  /**
   * Delays before each attempt of a delivery, the first one included. The delivery fails after the
   * last one. The default is the schedule of Standard Webhooks 1.0. A random share of up to 20 % is
   * added to each delay.
   */
  @ParsedBy(parseDurations)
  WEBHOOK_RETRY_SCHEDULE = '0s,5s,5m,30m,2h,5h,10h,14h,20h,24h';

  /** Seconds that a webhook receiver has to answer. */
  @IsInt()
  @Min(1)
  @Max(60)
  WEBHOOK_TIMEOUT_SECONDS = 15;

  /**
   * Private addresses that Pressroom may call: `CIDR:port`, comma-separated, e.g.
   * `127.0.0.1/32:9001`.
   * @section Uploads, downloads and limits
   */
  @ParsedBy(parseOutboundAllow)
  OUTBOUND_ALLOW = '';

  /** Maximum size of a product file, in bytes (512 MiB). */
  @IsInt()
  @Min(1024)
  MAX_UPLOAD_BYTES = 512 * MiB;

  /** Seconds in which the body of an upload, a dry run or a correction must arrive. Slower ones are rejected. */
  @IsInt()
  @Min(10)
  @Max(86_400)
  UPLOAD_TIMEOUT_SECONDS = 1800;

  /** Seconds that a download of a CSV or ZIP waits for a slot before it is rejected with 429. */
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
   * Maximum duration of a CSV download, in seconds. Then its connection is closed. 0 turns the limit
   * off.
   */
  @IsInt()
  @Min(0)
  @Max(86_400)
  EXPORT_TIMEOUT_SECONDS = 1800;

  /** Maximum size of a source image, in bytes (32 MiB). */
  @IsInt()
  @Min(1024)
  MAX_IMAGE_BYTES = 32 * MiB;

  /** Maximum number of pixels of a source image that are decoded, across all its frames. */
  @IsInt()
  @Min(1)
  MAX_IMAGE_PIXELS = 100_000_000;

  /** Maximum number of frames of an animation that are decoded. */
  @IsInt()
  @Min(1)
  MAX_IMAGE_FRAMES = 500;

  /** Maximum duration of one image download, in seconds, redirects included. */
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

  /** Maximum number of redirects of one download. */
  @IsInt()
  @Min(0)
  @Max(20)
  MAX_REDIRECTS = 10;

  /** Whether a redirect from https to http is followed. Headers of `REQUEST_HEADERS_FILE` are not sent then. */
  @IsIn(['true', 'false'])
  ALLOW_INSECURE_REDIRECTS = 'true';

  /** `User-Agent` of downloads and webhooks. Without it, Pressroom, its version and `PUBLIC_URL`. */
  @Matches(/^[\x20-\x7e]{0,256}$/, {
    message: 'USER_AGENT must be at most 256 ASCII characters',
  })
  USER_AGENT = '';

  /** `Referer` of downloads: `origin` sends the origin of the image's own URL; a URL is sent as it is. */
  @Matches(/^(origin|https?:\/\/[\x21-\x7e]{1,1024})?$/, {
    message: 'REFERER must be empty, origin, or a URL that begins with http:// or https://',
  })
  REFERER = '';

  /** JSON file of further request headers per host; its values may be secrets and are never logged. */
  @ParsedBy(readRequestHeaders)
  REQUEST_HEADERS_FILE = '';

  /**
   * Maximum number of image downloads at the same time.
   * @section Processing
   */
  @IsInt()
  @Min(1)
  @Max(1000)
  DOWNLOAD_CONCURRENCY = 32;

  /**
   * Maximum number of downloads from one host at the same time. The limit starts at 8, grows by one
   * per successful round, and is halved after an overload.
   */
  @IsInt()
  @Min(1)
  @Max(1000)
  DOWNLOAD_CONCURRENCY_PER_HOST = 24;

  /** Number of decoder processes. The default is the number of cores. */
  @IsInt()
  @Min(1)
  @Max(256)
  DECODERS = availableParallelism();

  /**
   * Memory limit of one decoder process, in MiB. An image that needs more fails with
   * `image_needs_too_much_memory` or `decoder_memory_exceeded`. All decoders together need up to
   * `DECODERS` times as much. The default is enough for 50 megapixels in every format, and for 100 in
   * all but AVIF.
   */
  @IsInt()
  @Min(256)
  @Max(65_536)
  DECODER_MEMORY_MB = 2048;

  /**
   * Maximum duration of decoding and encoding one image, in seconds. Then the decoder process is
   * killed.
   */
  @IsInt()
  @Min(1)
  @Max(600)
  DECODE_TIMEOUT_SECONDS = 30;

  /** Maximum number of attempts for one image, the first one included. */
  @IsInt()
  @Min(1)
  @Max(20)
  IMAGE_ATTEMPTS = 4;

  /**
   * Delay before the second attempt of an image, in seconds. Each later delay is five times longer.
   */
  @IsInt()
  @Min(0)
  @Max(3600)
  IMAGE_RETRY_SECONDS = 2;

  /** Days until an ended request is deleted with its images. 0 keeps requests forever. */
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

/** Thrown at the start; `message` names each invalid variable and the reason, one per line. */
export class InvalidEnvironmentError extends Error {
  override name = 'InvalidEnvironmentError';
}

/**
 * The only reader of the process environment. An empty value counts as absent, so that
 * `WEBHOOK_URL=` in a compose file means "none".
 */
export function readEnv(source: NodeJS.ProcessEnv = environmentWithDotEnv()): Env {
  const known = Object.keys(new Env());
  const secrets = secretSettings(new Env());
  const { variables, fromFile, problems } = readSecretFiles(source, secrets.keys());
  if (problems.length > 0) throw new InvalidEnvironmentError(problems.join('\n'));
  const given = known
    .filter((name) => (variables[name] ?? '').trim() !== '')
    .map((name) => [name, convert(name, variables[name]!.trim())]);
  const env = plainToInstance(Env, Object.fromEntries(given), { exposeDefaultValues: true });

  const invalid = validateSync(env, { skipMissingProperties: false });
  problems.push(
    ...invalid.map(({ property, constraints }) => {
      const value = JSON.stringify(variables[property] ?? '');
      // Other URLs may have a password as well.
      const isSecret = secrets.has(property) || /(_URL|_ENDPOINT)$/.test(property);
      // The checks are listed from the last decorator to the first, whose the others presume.
      const reason = Object.values(constraints ?? {}).at(-1);
      const name = fromFile.has(property) ? fileVariable(property) : property;
      return `${name}${isSecret ? '' : `=${value}`}: ${reason}`;
    }),
  );
  if (problems.length === 0) problems.push(...storageConflicts(env), ...roleConflicts(env));
  if (problems.length > 0) throw new InvalidEnvironmentError(problems.join('\n'));
  return Object.freeze(env);
}

/** Numbers are converted strictly, by the type of the default: `12abc` stays a string and fails `@IsInt`. */
function convert(name: string, value: string): string | number {
  const isNumber = typeof new Env()[name as keyof Env] === 'number';
  return isNumber && /^-?\d+$/.test(value) ? Number(value) : value;
}

function environmentWithDotEnv(): NodeJS.ProcessEnv {
  if (existsSync('.env')) process.loadEnvFile('.env');
  return process.env;
}
