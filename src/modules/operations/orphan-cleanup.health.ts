import { setTimeout } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { HealthIndicatorService } from '@nestjs/terminus';
import { ArtifactsRepository } from '../../platform/database/repositories/artifacts.js';
import { ArtifactStore } from '../../platform/storage/artifact-store.js';

/** Longest wait for PostgreSQL, in milliseconds. */
const TIMEOUT_MS = 1000;

const cleanupOff = (ownerMarker: string) =>
  `The files in the storage were stored under another database, so files that this database does not know are kept. If this database replaces it for good, remove ${ownerMarker}; cleanup is on from then on.`;

/**
 * Reports whether orphan files are removed. Orphan cleanup is off in an installation that was restored
 * into another database. That is no fault, so the app stays ready.
 */
@Injectable()
export class OrphanCleanupHealth {
  private identity?: string;

  constructor(
    private readonly indicators: HealthIndicatorService,
    private readonly artifacts: ArtifactsRepository,
    private readonly store: ArtifactStore,
  ) {}

  async check() {
    const indicator = this.indicators.check('orphan_cleanup');
    try {
      const identity = await this.databaseIdentity();
      if (!(await this.store.isClaimedByAnother(identity))) return indicator.up({ enabled: true });
      return indicator.up({ enabled: false, message: cleanupOff(this.store.ownerMarker) });
    } catch (error) {
      // PostgreSQL and the storage have indicators of their own.
      return indicator.up({ enabled: null, message: (error as Error).message });
    }
  }

  private async databaseIdentity(): Promise<string> {
    this.identity ??= await Promise.race([
      this.artifacts.databaseIdentity(),
      setTimeout(TIMEOUT_MS, undefined, { ref: false }),
    ]);
    if (this.identity === undefined) throw new Error('PostgreSQL does not answer.');
    return this.identity;
  }
}
