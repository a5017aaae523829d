import { IsInt, Max, Min } from 'class-validator';
import { parseAllowedHosts } from './allowed-hosts.js';
import { parseApiKeys } from './api-keys.js';
import { ParsedBy } from './parsed-by.js';
import { parseTrustProxy } from './trust-proxy.js';

/** The part of the configuration that says who may call, and how much. */
export class AccessEnv {
  /**
   * Who may call: `name:key` or `name:sha256:<hex of the key's hash>`, comma-separated; keys have at
   * least 16 characters. Without it everybody who reaches the port may do everything.
   */
  @ParsedBy(parseApiKeys)
  API_KEYS = '';

  /** API calls a minute for each key (without keys: for each IP address); 0 turns the limit off. */
  @IsInt()
  @Min(0)
  @Max(10_000_000)
  RATE_LIMIT_PER_MINUTE = 3000;

  /**
   * Proxies whose `X-Forwarded-For` and `X-Forwarded-Proto` are believed: how many stand in front, or
   * their addresses and networks, comma-separated (`loopback`, `linklocal` and `uniquelocal` are names of
   * some). Without it all clients behind a proxy count as one.
   */
  @ParsedBy(parseTrustProxy)
  TRUST_PROXY = '';

  /**
   * Without API keys: further host names under which the app is called, comma-separated, e.g.
   * `app,*.internal.example`; `*` allows each. `localhost`, IP addresses, `HOST` and the host of
   * `PUBLIC_URL` are always allowed. Not used with API keys.
   */
  @ParsedBy(parseAllowedHosts)
  ALLOWED_HOSTS = '';

  /** Requests that one key may have open (not ended) at once. */
  @IsInt()
  @Min(1)
  MAX_OPEN_REQUESTS = 1000;

  /** Images that one key may have waiting or running at once, over all its requests. */
  @IsInt()
  @Min(1)
  MAX_OPEN_IMAGES = 5_000_000;

  /** Seconds for which the URL of a compressed image works, at least; it is signed then. 0: for ever, unsigned. */
  @IsInt()
  @Min(0)
  @Max(31_536_000)
  IMAGE_URL_TTL = 0;
}
