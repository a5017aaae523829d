import { Injectable } from '@nestjs/common';
import { HealthIndicatorService } from '@nestjs/terminus';
import { AppError } from '../../platform/errors/app-error.js';
import { StorageBudgetReachedError } from '../../platform/errors/storage-errors.js';
import { ArtifactStore } from '../../platform/storage/artifact-store.js';
import { StoragePause } from '../../platform/storage/storage-pause.js';

/** Checks that the artifact folder or bucket is writable and has free space. */
@Injectable()
export class StorageHealth {
  constructor(
    private readonly indicators: HealthIndicatorService,
    private readonly room: StoragePause,
    private readonly store: ArtifactStore,
  ) {}

  async check() {
    const indicator = this.indicators.check('storage');
    const trouble = this.room.trouble.value;
    // Calls that delete requests make room, so the app stays ready.
    if (trouble instanceof StorageBudgetReachedError) {
      return indicator.degraded({ code: trouble.code, message: trouble.message });
    }
    if (trouble) return indicator.down({ code: trouble.code, message: trouble.message });
    try {
      await this.store.checkAccess();
      return indicator.up();
    } catch (error) {
      if (!(error instanceof AppError)) return indicator.down((error as Error).message);
      return indicator.down({ code: error.code, message: error.message });
    }
  }
}
