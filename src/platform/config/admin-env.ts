import { AccessEnv } from './access-env.js';
import { parseApiKeys } from './api-keys.js';
import { ParsedBy } from './parsed-by.js';
import { Secret } from './secret-setting.js';

/** Settings of the access for operators. */
export class AdminEnv extends AccessEnv {
  /**
   * Keys of operators, in the form of `API_KEYS`: `name:key` or `name:sha256:<hex>`, comma-separated.
   * A key opens the operator page at `/operator`, its API, and the queues at `/queues`. The log names
   * the key of each action. Without keys, these exist only on a local app: `API_KEYS` and `PUBLIC_URL`
   * unset, and `HOST` on loopback.
   */
  @Secret('keys')
  @ParsedBy(parseApiKeys)
  ADMIN_API_KEY = '';
}
