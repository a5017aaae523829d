import type { RedisConnections } from './redis-connections.js';
import { findMissingPermissions } from './redis-permissions.js';
import type { RedisPrefix } from './redis-prefix.js';

/** Time between two checks while a permission is missing. */
const RECHECK_MS = 30_000;

/**
 * Checks the permissions of the user of Redis once for each connection, because a check takes about 45
 * commands. While some are missing, it checks again every 30 seconds.
 */
export class PermissionCheck {
  private missing?: string[];
  private checkedAt = 0;
  /** Number of connections so far. */
  private generation = 0;
  private isWatching = false;

  constructor(
    private readonly connections: RedisConnections,
    private readonly prefix: RedisPrefix,
  ) {}

  /** Returns the rules that the user lacks, as `findMissingPermissions()` does. Rejects when the connection fails. */
  async findMissing(): Promise<string[]> {
    this.watchConnections();
    if (this.missing && this.isCurrent(this.missing)) return this.missing;
    const { generation } = this;
    const found = await findMissingPermissions(this.connections, this.prefix.value);
    if (generation === this.generation) {
      this.missing = found;
      this.checkedAt = performance.now();
    }
    return found;
  }

  /** Checks again at the next call after a permission was revoked. */
  reportDenied(): void {
    if (this.missing?.length === 0) this.missing = undefined;
  }

  private isCurrent(missing: string[]): boolean {
    return missing.length === 0 || performance.now() - this.checkedAt < RECHECK_MS;
  }

  private watchConnections(): void {
    if (this.isWatching) return;
    this.isWatching = true;
    const { commands, subscriber } = this.connections;
    for (const connection of [commands, subscriber]) {
      connection.on('ready', () => {
        this.generation++;
        this.missing = undefined;
      });
    }
  }
}
