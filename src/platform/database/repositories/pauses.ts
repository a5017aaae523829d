import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, IsNull, LessThan } from 'typeorm';
import { DispatchPause, type PauseKind } from '../entities/dispatch-pause.entity.js';
import { OperatorAction } from '../entities/operator-action.entity.js';
import { FIND_REQUEST_PAUSES, type RequestPauseRow } from '../statements/find-request-pauses.js';
import { PAUSE_DISPATCH } from '../statements/pause-dispatch.js';
import { REMOVE_ENDED_PAUSES } from '../statements/remove-ended-pauses.js';
import { RESUME_DISPATCH } from '../statements/resume-dispatch.js';

/** An active pause. */
export type ActivePause = Pick<DispatchPause, 'kind' | 'name' | 'reason' | 'pausedBy' | 'pausedAt'>;

/** Maximum number of parked images that are read to find the paused origins of a request. */
const MAX_PARKED_IMAGES_READ = 10_000;

/** Pauses and resumes origins and owners, and reads the log of these actions. */
@Injectable()
export class PausesRepository {
  constructor(@InjectDataSource() private readonly dataSource: DataSource) {}

  async pauseDispatch(
    kind: PauseKind,
    name: string,
    reason: string,
    operator: string,
  ): Promise<ActivePause> {
    const [pause] = await this.dataSource.query<[ActivePause]>(PAUSE_DISPATCH, [
      kind,
      name,
      reason,
      operator,
    ]);
    return pause;
  }

  /** Ends a pause. Returns false if no such pause is active. */
  async resumeDispatch(kind: PauseKind, name: string, operator: string): Promise<boolean> {
    const rows = await this.dataSource.query<unknown[]>(RESUME_DISPATCH, [kind, name, operator]);
    return rows.length > 0;
  }

  /** Returns the active pauses, ordered by kind and name. */
  listActivePauses(limit: number, offset = 0): Promise<ActivePause[]> {
    return this.dataSource.getRepository(DispatchPause).find({
      where: { resumedAt: IsNull() },
      order: { kind: 'ASC', name: 'ASC' },
      take: limit,
      skip: offset,
    });
  }

  /** Returns the active pauses that affect a request. */
  listByRequest(requestId: string, owner: string): Promise<RequestPauseRow[]> {
    return this.dataSource.query(FIND_REQUEST_PAUSES, [requestId, owner, MAX_PARKED_IMAGES_READ]);
  }

  /** Returns true if {@link removeEndedPauses} still has to remove an ended pause. */
  async hasEndedPauses(): Promise<boolean> {
    const rows = await this.dataSource.query<unknown[]>(
      'SELECT 1 FROM dispatch_pauses WHERE resumed_at IS NOT NULL LIMIT 1',
    );
    return rows.length > 0;
  }

  /**
   * @param seconds removes only pauses that ended at least this long ago
   * @param cleanPassStart start of a pass that found no parked images of resumed origins
   */
  async removeEndedPauses(seconds: number, cleanPassStart?: Date): Promise<void> {
    await this.dataSource.query(REMOVE_ENDED_PAUSES, [seconds, cleanPassStart ?? null]);
  }

  /** Returns operator actions, newest first. */
  listActions(limit: number, beforeId?: string): Promise<OperatorAction[]> {
    return this.dataSource.getRepository(OperatorAction).find({
      where: beforeId === undefined ? {} : { id: LessThan(beforeId) },
      order: { id: 'DESC' },
      take: limit,
    });
  }
}
