import { setTimeout } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { HealthIndicatorService } from '@nestjs/terminus';
import { ArtifactsRepository } from '../../platform/database/repositories/artifacts.js';
import { ArtifactStore } from '../../platform/storage/artifact-store.js';

/** Maximum wait for PostgreSQL and the storage, in milliseconds. */
const TIMEOUT_MS = 1000;
/** Lifetime of a response. Each one reads an object, which costs money on Amazon. */
const ENABLED_CACHE_MS = 60_000;
/** Short, because an operator who removes the marker expects a quick update. */
const DISABLED_CACHE_MS = 5000;

const cleanupOff = (ownerMarker: string) =>
  `The files in the storage were stored under another database, so files that this database does not know are kept. If this database permanently replaces the other one, remove ${ownerMarker} to turn cleanup on.`;

/**
 * Reports whether orphan files are removed. Orphan cleanup is off in an installation that was restored into
 * another database. That is not an error, so the app stays ready.
 */
@Injectable()
export class OrphanCleanupHealth {
  private running?: Promise<boolean>;
  private latest?: { enabled: boolean; until: number };

  constructor(
    private readonly indicators: HealthIndicatorService,
    private readonly artifacts: ArtifactsRepository,
    private readonly store: ArtifactStore,
  ) {}

  /** Takes at most a second and never rejects. */
  async check() {
    const indicator = this.indicators.check('orphan_cleanup');
    try {
      const enabled = await this.isEnabled();
      if (enabled) return indicator.up({ enabled });
      return indicator.up({ enabled, message: cleanupOff(this.store.ownerMarker) });
    } catch (error) {
      // PostgreSQL and the storage have their own indicators.
      return indicator.up({ enabled: null, message: (error as Error).message });
    }
  }

  private async isEnabled(): Promise<boolean> {
    if (this.latest && Date.now() < this.latest.until) return this.latest.enabled;
    this.running ??= this.readOwner().finally(() => (this.running = undefined));
    const late = setTimeout(TIMEOUT_MS, undefined, { ref: false });
    const enabled = await Promise.race([this.running, late]);
    if (enabled === undefined) throw new Error('PostgreSQL or the storage does not answer.');
    return enabled;
  }

  private async readOwner(): Promise<boolean> {
    const identity = await this.artifacts.readDatabaseId();
    const enabled = !(await this.store.isClaimedByAnotherDatabase(identity));
    this.latest = { enabled, until: Date.now() + (enabled ? ENABLED_CACHE_MS : DISABLED_CACHE_MS) };
    return enabled;
  }
}
