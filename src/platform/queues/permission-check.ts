import type { RedisConnections } from './redis-connections.js';
import { findMissingPermissions } from './redis-permissions.js';
import type { RedisPrefix } from './redis-prefix.js';

/** Time between two checks while a permission is missing. */
const RECHECK_INTERVAL_MS = 30_000;

/**
 * Checks the permissions of the Redis user once per connection, because a check takes about 45 commands.
 * While permissions are missing, checks again every 30 seconds.
 */
export class PermissionCheck {
  private missingRules?: string[];
  private checkedAt = 0;
  /** Number of connections that have been opened. */
  private connectionCount = 0;
  private isWatching = false;

  constructor(
    private readonly connections: RedisConnections,
    private readonly prefix: RedisPrefix,
  ) {}

  /** Returns the rules that the user lacks, like `findMissingPermissions()`. Rejects when the connection fails. */
  async findMissingRules(): Promise<string[]> {
    this.watchConnections();
    if (this.missingRules && this.isUpToDate(this.missingRules)) return this.missingRules;
    const { connectionCount } = this;
    const missingRules = await findMissingPermissions(this.connections, this.prefix.value);
    if (connectionCount === this.connectionCount) {
      this.missingRules = missingRules;
      this.checkedAt = performance.now();
    }
    return missingRules;
  }

  /** Makes the next call check again, because a permission was revoked. */
  reportDenied(): void {
    if (this.missingRules?.length === 0) this.missingRules = undefined;
  }

  private isUpToDate(missingRules: string[]): boolean {
    return missingRules.length === 0 || performance.now() - this.checkedAt < RECHECK_INTERVAL_MS;
  }

  private watchConnections(): void {
    if (this.isWatching) return;
    this.isWatching = true;
    const { commands, subscriber } = this.connections;
    for (const connection of [commands, subscriber]) {
      connection.on('ready', () => {
        this.connectionCount++;
        this.missingRules = undefined;
      });
    }
  }
}
