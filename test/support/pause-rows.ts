import { afterAll, beforeAll, beforeEach } from 'vitest';
import { ImagesRepository } from '../../src/platform/database/repositories/images.js';
import { PausesRepository } from '../../src/platform/database/repositories/pauses.js';
import { TestRows } from './rows.js';

/** Provides repositories on a database that has no pauses and no requests at the start of each test. */
export class PauseRows {
  rows!: TestRows;
  images!: ImagesRepository;
  pauses!: PausesRepository;

  /** Call it once, at the top of a test file. */
  static forThisFile(): PauseRows {
    const pauseRows = new PauseRows();
    beforeAll(async () => {
      pauseRows.rows = await TestRows.open();
      pauseRows.images = new ImagesRepository(pauseRows.rows.dataSource);
      pauseRows.pauses = new PausesRepository(pauseRows.rows.dataSource);
    });
    afterAll(() => pauseRows.rows.close());
    beforeEach(() =>
      pauseRows.rows.dataSource.query(
        `TRUNCATE images, processing_requests, due_requests, dispatch_pauses, operator_actions, task_leases`,
      ),
    );
    return pauseRows;
  }
}
