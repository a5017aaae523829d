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
import { ServerEnv } from './server-env.js';

const MiB = 1024 * 1024;

/** A URL on any host, `localhost` and bare names of a private network included. */
const serverUrl = (...protocols: string[]) => ({
  protocols,
  require_protocol: true,
  require_tld: false,
  disallow_auth: false,
});

/**
 * Everything that can be configured, with its default. Each property is an environment variable of
 * the same name; `.env` in the working directory is read first and never overrides the environment.
 * `.env.example` and the table in README.md list the same names (a test compares them).
 */
export class Env extends ServerEnv {
  /** Address to listen on. Loopback unless it is said otherwise; anything else wants `API_KEYS`. */
  @IsString()
  @MinLength(1)
  HOST = '127.0.0.1';

  /** TCP port to listen on; 0 takes a free one and the log says which. */
  @IsInt()
  @Min(0)
  @Max(65_535)
  PORT = 3000;

  /** Base of every absolute URL that is given out, e.g. `https://images.example.com`. Without it, the host an upload came to. */
  @IsOptional()
  @IsUrl(serverUrl('http', 'https'))
  PUBLIC_URL?: string = undefined;

  /** PostgreSQL 15 or later. Without it, a private server under `DATA_DIR` is started. */
  @IsOptional()
  @IsUrl(serverUrl('postgres', 'postgresql'))
  DATABASE_URL?: string = undefined;

  /** Most connections that one app opens to PostgreSQL. */
  @IsInt()
  @Min(2)
  @Max(500)
  DATABASE_CONNECTIONS = 10;

  /** Longest silence of PostgreSQL in answer to a statement, in seconds; then the connection is closed and the statement fails. Migrations have no such limit. */
  @IsInt()
  @Min(1)
  @Max(3600)
  DATABASE_TIMEOUT_SECONDS = 20;

  /** Redis 6.2 or later (or Valkey). Without it, a private server under `DATA_DIR` is started. */
  @IsOptional()
  @IsUrl(serverUrl('redis', 'rediss'))
  REDIS_URL?: string = undefined;

  /** Where compressed images and the private servers' data live. */
  @IsString()
  @MinLength(1)
  DATA_DIR = './data';

  @IsIn(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'])
  LOG_LEVEL = 'info';

  /** `json`, one object a line; `pretty` for people; `auto` is pretty on a terminal. */
  @IsIn(['auto', 'json', 'pretty'])
  LOG_FORMAT = 'auto';

  /** Where a request without a `webhook_url` of its own is announced when it ends. */
  @IsOptional()
  @IsUrl(serverUrl('http', 'https'))
  WEBHOOK_URL?: string = undefined;

  /** Signs every delivery whose upload named no `webhook_secret`: `whsec_` and 24 to 64 bytes in base64. */
  @IsOptional()
  @Matches(/^whsec_[A-Za-z0-9+/]{32,88}={0,2}$/, {
    message: 'WEBHOOK_SECRET must be whsec_ followed by 24 to 64 bytes in base64',
  })
  WEBHOOK_SECRET?: string = undefined;

  /**
   * Pauses before each try of a delivery, the first included; after the last one it has failed. The
   * default is the schedule that Standard Webhooks 1.0 recommends. Each pause gets up to 20 % longer.
   */
  @ParsedBy(parseDurations)
  WEBHOOK_RETRY_SCHEDULE = '0s,5s,5m,30m,2h,5h,10h,14h,20h,24h';

  /** How long a webhook receiver may take to answer, in seconds. */
  @IsInt()
  @Min(1)
  @Max(60)
  WEBHOOK_TIMEOUT_SECONDS = 15;

  /** Private addresses that may be fetched all the same: `CIDR:port`, comma-separated, e.g. `127.0.0.1/32:9001`. */
  @ParsedBy(parseOutboundAllow)
  OUTBOUND_ALLOW = '';

  /** Largest product file, in bytes. */
  @IsInt()
  @Min(1024)
  MAX_UPLOAD_BYTES = 512 * MiB;

  /** Seconds that an upload or a dry run may take to arrive; it is refused after them. */
  @IsInt()
  @Min(10)
  @Max(86_400)
  UPLOAD_TIMEOUT_SECONDS = 1800;

  /** How long a download of a CSV or ZIP waits for a slot before it is answered with 429, in seconds. */
  @IsInt()
  @Min(0)
  @Max(60)
  EXPORT_QUEUE_SECONDS = 10;

  /** A client that reads fewer bytes of a CSV or ZIP per second, over one minute, is disconnected; 0 turns the limit off. */
  @IsInt()
  @Min(0)
  EXPORT_MIN_BYTES_PER_SECOND = 10_240;

  /** Longest duration of a CSV download, in seconds; then its connection is aborted. 0 turns the limit off. */
  @IsInt()
  @Min(0)
  @Max(86_400)
  EXPORT_TIMEOUT_SECONDS = 1800;

  /** Largest source image, in bytes. */
  @IsInt()
  @Min(1024)
  MAX_IMAGE_BYTES = 32 * MiB;

  /** Most pixels of a source image that are decoded, over all its frames. */
  @IsInt()
  @Min(1)
  MAX_IMAGE_PIXELS = 100_000_000;

  /** Most frames of an animation that are decoded. */
  @IsInt()
  @Min(1)
  MAX_IMAGE_FRAMES = 500;

  /** Wall clock of one download, redirects included, in seconds. */
  @IsInt()
  @Min(1)
  @Max(600)
  DOWNLOAD_TIMEOUT_SECONDS = 30;

  /** A download that brings fewer bytes a second than this, over ten seconds, is given up and tried again later. */
  @IsInt()
  @Min(0)
  DOWNLOAD_MIN_BYTES_PER_SECOND = 1024;

  /** Most redirects of one download. */
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

  /** Downloads at once. */
  @IsInt()
  @Min(1)
  @Max(1000)
  DOWNLOAD_CONCURRENCY = 32;

  /** Most downloads at once from one host. It starts with 8, gets one more for each round without trouble, and half after an overload. */
  @IsInt()
  @Min(1)
  @Max(1000)
  DOWNLOAD_CONCURRENCY_PER_HOST = 24;

  /** Decoder child processes. */
  @IsInt()
  @Min(1)
  @Max(256)
  DECODERS = availableParallelism();

  /**
   * Memory of one decoder process, in MiB. An image that needs more fails, and a process that grows
   * beyond it is ended. All decoders together need up to `DECODERS` times as much. The default is
   * enough for 50 megapixels in every format, and for 100 in all but AVIF.
   */
  @IsInt()
  @Min(256)
  @Max(65_536)
  DECODER_MEMORY_MB = 2048;

  /** Wall clock of one decode and encode, in seconds; the child is killed after it. */
  @IsInt()
  @Min(1)
  @Max(600)
  DECODE_TIMEOUT_SECONDS = 30;

  /** Tries of one image before it fails, the first included. */
  @IsInt()
  @Min(1)
  @Max(20)
  IMAGE_ATTEMPTS = 4;

  /** Seconds before an image's second try; each later one waits five times longer. */
  @IsInt()
  @Min(0)
  @Max(3600)
  IMAGE_RETRY_SECONDS = 2;

  /** Days that an ended request is kept, with its images; then both are removed. 0 keeps them for ever. */
  @IsInt()
  @Min(0)
  @Max(36_500)
  RETENTION_DAYS = 0;

  /** Most images that wait in Redis at once; all others wait in PostgreSQL. */
  @IsInt()
  @Min(1)
  @Max(100_000)
  DISPATCH_WINDOW = 2000;
}

/** The start is refused; `message` names every variable that is wrong and why, one a line. */
export class InvalidEnvironmentError extends Error {
  override name = 'InvalidEnvironmentError';
}

/**
 * The only reader of the process environment. An empty value counts as absent, so that
 * `WEBHOOK_URL=` in a compose file means "none".
 */
export function readEnv(source: NodeJS.ProcessEnv = environmentWithDotEnv()): Env {
  const known = Object.keys(new Env());
  const given = known
    .filter((name) => (source[name] ?? '').trim() !== '')
    .map((name) => [name, convert(name, source[name]!.trim())]);
  const env = plainToInstance(Env, Object.fromEntries(given), { exposeDefaultValues: true });

  const problems = validateSync(env, { skipMissingProperties: false }).map((problem) => {
    const value = JSON.stringify(source[problem.property] ?? '');
    const secret = /(SECRET|_URL|_KEYS)$/.test(problem.property);
    // The checks are listed from the last decorator to the first, whose the others presume.
    const reason = Object.values(problem.constraints ?? {}).at(-1);
    return `${problem.property}${secret ? '' : `=${value}`}: ${reason}`;
  });
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
