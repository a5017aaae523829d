import { afterAll, beforeAll, beforeEach } from 'vitest';
import { ImagesRepository } from '../../src/platform/database/repositories/images.js';
import { PausesRepository } from '../../src/platform/database/repositories/pauses.js';
import { TestRows } from './rows.js';

/** A database without pauses and requests before each test, and its repositories. */
export class PauseRows {
  rows!: TestRows;
  images!: ImagesRepository;
  pauses!: PausesRepository;

  /** Call it once, at the top of a test file. */
  static forThisFile(): PauseRows {
    const work = new PauseRows();
    beforeAll(async () => {
      work.rows = await TestRows.open();
      work.images = new ImagesRepository(work.rows.dataSource);
      work.pauses = new PausesRepository(work.rows.dataSource);
    });
    afterAll(() => work.rows.close());
    beforeEach(() =>
      work.rows.dataSource.query(
        `TRUNCATE images, processing_requests, due_requests, dispatch_pauses, operator_actions, task_leases`,
      ),
    );
    return work;
  }
}
