import { setTimeout } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { HealthIndicatorService } from '@nestjs/terminus';
import { ArtifactsRepository } from '../../platform/database/repositories/artifacts.js';
import { ArtifactStore } from '../../platform/storage/artifact-store.js';

/** Maximum time to wait for PostgreSQL and the storage. */
const TIMEOUT_MS = 1000;
/** Cache time for a positive result. Each check reads an object, which costs money on Amazon S3. */
const ENABLED_CACHE_MS = 60_000;
/** Cache time for a negative result. Short, because an operator who removes the marker expects a quick update. */
const DISABLED_CACHE_MS = 5000;

const describeDisabledCleanup = (ownerMarker: string) =>
  `The files in storage belong to another database, so files that are unknown to this database are kept. If this database permanently replaces the other one, remove ${ownerMarker} to turn cleanup on.`;

/**
 * Reports whether orphan files are removed. Orphan cleanup is off if another database has claimed the storage,
 * for example after a restore. This is not an error, so the app stays ready.
 */
@Injectable()
export class OrphanCleanupHealth {
  private runningCheck?: Promise<boolean>;
  private latestResult?: { enabled: boolean; expiresAt: number };

  constructor(
    private readonly indicators: HealthIndicatorService,
    private readonly artifacts: ArtifactsRepository,
    private readonly store: ArtifactStore,
  ) {}

  /** Resolves within a second and never rejects. */
  async check() {
    const indicator = this.indicators.check('orphan_cleanup');
    try {
      const enabled = await this.isEnabled();
      if (enabled) return indicator.up({ enabled });
      return indicator.up({ enabled, message: describeDisabledCleanup(this.store.ownerMarker) });
    } catch (error) {
      // PostgreSQL and the storage have their own indicators.
      return indicator.up({ enabled: null, message: (error as Error).message });
    }
  }

  private async isEnabled(): Promise<boolean> {
    if (this.latestResult && Date.now() < this.latestResult.expiresAt)
      return this.latestResult.enabled;
    this.runningCheck ??= this.readEnabledState().finally(() => (this.runningCheck = undefined));
    const timeout = setTimeout(TIMEOUT_MS, undefined, { ref: false });
    const enabled = await Promise.race([this.runningCheck, timeout]);
    if (enabled === undefined) throw new Error('PostgreSQL or the storage does not respond.');
    return enabled;
  }

  private async readEnabledState(): Promise<boolean> {
    const databaseId = await this.artifacts.readDatabaseId();
    const enabled = !(await this.store.isClaimedByAnotherDatabase(databaseId));
    this.latestResult = {
      enabled,
      expiresAt: Date.now() + (enabled ? ENABLED_CACHE_MS : DISABLED_CACHE_MS),
    };
    return enabled;
  }
}
