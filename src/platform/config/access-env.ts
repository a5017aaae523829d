import { IsInt, Max, Min } from 'class-validator';
import { parseAllowedHosts } from './allowed-hosts.js';
import { parseApiKeys } from './api-keys.js';
import { ParsedBy } from './parsed-by.js';
import { Secret } from './secret-setting.js';
import { parseTrustProxy } from './trust-proxy.js';

/** Settings for authentication and per-client limits. */
export class AccessEnv {
  /**
   * Client API keys: `name:key` or `name:sha256:<hex>`, comma-separated. A key has at least 16
   * characters; `openssl rand -hex 24` creates one. Without keys, anyone who can reach the port has
   * full access.
   * @section Access
   */
  @Secret('keys')
  @ParsedBy(parseApiKeys)
  API_KEYS = '';

  /**
   * Maximum number of API calls per minute for each key, across all processes. Without keys, the limit
   * applies to each IP address. While Redis is unavailable, each process counts separately. 0 turns the
   * limit off.
   */
  @IsInt()
  @Min(0)
  @Max(10_000_000)
  RATE_LIMIT_PER_MINUTE = 3000;

  /**
   * Reverse proxies whose `X-Forwarded-For` and `X-Forwarded-Proto` headers are trusted: the number
   * of proxies, or their addresses and networks, comma-separated, e.g. `loopback,10.0.0.0/8`.
   * `loopback`, `linklocal` and `uniquelocal` are names of standard networks. By default, no proxy is
   * trusted, so all clients behind a proxy share one rate limit.
   */
  @ParsedBy(parseTrustProxy)
  TRUST_PROXY = '';

  /**
   * Additional host names that clients may use, comma-separated, e.g. `app,*.internal.example`; `*`
   * allows every name. `localhost`, IP addresses, `HOST` and the host of `PUBLIC_URL` are always
   * allowed. Ignored when `API_KEYS` is set.
   */
  @ParsedBy(parseAllowedHosts)
  ALLOWED_HOSTS = '';

  /**
   * Maximum number of unfinished requests that one key may have at the same time. A request is
   * unfinished until its last image is completed, failed or canceled.
   */
  @IsInt()
  @Min(1)
  MAX_OPEN_REQUESTS = 1000;

  /** Maximum number of pending and running images that one key may have, across all its requests. */
  @IsInt()
  @Min(1)
  MAX_OPEN_IMAGES = 5_000_000;

  /**
   * Minimum lifetime of signed image URLs, in seconds. With 0, image URLs are
   * unsigned and never expire. The setting also applies to links to shared reports.
   */
  @IsInt()
  @Min(0)
  @Max(31_536_000)
  IMAGE_URL_TTL = 0;
}
