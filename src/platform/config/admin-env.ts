import { AccessEnv } from './access-env.js';
import { parseApiKeys } from './api-keys.js';
import { ParsedBy } from './parsed-by.js';
import { Secret } from './secret-setting.js';

/** Settings for operator access. */
export class AdminEnv extends AccessEnv {
  /**
   * Operator keys, in the same format as `API_KEYS`: `name:key` or `name:sha256:<hex>`,
   * comma-separated. A key gives access to the operator page at `/operator`, its API, and the queues at
   * `/queues`. The log records which key was used for each action. Without keys, these pages are available
   * only locally: `API_KEYS` and `PUBLIC_URL` must be unset, and `HOST` must be a loopback address.
   */
  @Secret('keys')
  @ParsedBy(parseApiKeys)
  ADMIN_API_KEY = '';
}
