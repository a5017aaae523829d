import { access, constants } from 'node:fs/promises';
import { Injectable } from '@nestjs/common';
import { HealthIndicatorService } from '@nestjs/terminus';
import { Env } from '../../platform/config/env.js';
import { StorageRoom } from '../../platform/storage/free-space.js';

/** Checks that the artifact folder is writable and has free space. */
@Injectable()
export class StorageHealth {
  constructor(
    private readonly indicators: HealthIndicatorService,
    private readonly room: StorageRoom,
    private readonly env: Env,
  ) {}

  async check() {
    const indicator = this.indicators.check('storage');
    const trouble = this.room.trouble.value;
    if (trouble) return indicator.down({ code: trouble.code, message: trouble.message });
    try {
      await access(this.env.DATA_DIR, constants.W_OK);
      return indicator.up();
    } catch (error) {
      return indicator.down((error as Error).message);
    }
  }
}
