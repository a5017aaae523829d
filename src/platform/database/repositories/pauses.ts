import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, IsNull, LessThan } from 'typeorm';
import { DispatchPause, type PauseKind } from '../entities/dispatch-pause.entity.js';
import { OperatorAction } from '../entities/operator-action.entity.js';
import {
  FIND_PAUSES_OF_REQUEST,
  type RequestPauseRow,
} from '../statements/find-pauses-of-request.js';
import { PAUSE_DISPATCH } from '../statements/pause-dispatch.js';
import { REMOVE_ENDED_PAUSES } from '../statements/remove-ended-pauses.js';
import { RESUME_DISPATCH } from '../statements/resume-dispatch.js';

/** An active pause. */
export type ActivePause = Pick<DispatchPause, 'kind' | 'name' | 'reason' | 'pausedBy' | 'pausedAt'>;

/** Maximum number of parked images that are read to find the paused origins of a request. */
const MAX_PARKED_READ = 10_000;

/** Pauses of origins and owners, and the log of these actions. */
@Injectable()
export class PausesRepository {
  constructor(@InjectDataSource() private readonly dataSource: DataSource) {}

  async pause(
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

  /** Ends a pause. Returns false if there is none. */
  async resume(kind: PauseKind, name: string, operator: string): Promise<boolean> {
    const rows = await this.dataSource.query<unknown[]>(RESUME_DISPATCH, [kind, name, operator]);
    return rows.length > 0;
  }

  /** Returns the active pauses, in the order of their names. */
  listActive(limit: number, offset = 0): Promise<ActivePause[]> {
    return this.dataSource.getRepository(DispatchPause).find({
      where: { resumedAt: IsNull() },
      order: { kind: 'ASC', name: 'ASC' },
      take: limit,
      skip: offset,
    });
  }

  /** Returns the active pauses that affect a request. */
  listByRequest(requestId: string, owner: string): Promise<RequestPauseRow[]> {
    return this.dataSource.query(FIND_PAUSES_OF_REQUEST, [requestId, owner, MAX_PARKED_READ]);
  }

  /** Returns true after the end of a pause, until {@link removeEndedPauses} removes it. */
  async hasEndedPauses(): Promise<boolean> {
    const rows = await this.dataSource.query<unknown[]>(
      'SELECT 1 FROM dispatch_pauses WHERE resumed_at IS NOT NULL LIMIT 1',
    );
    return rows.length > 0;
  }

  /**
   * @param seconds time since the end of the pauses to remove
   * @param cleanPass start of a pass over the parked images that has found none of a resumed origin
   */
  async removeEndedPauses(seconds: number, cleanPass?: Date): Promise<void> {
    await this.dataSource.query(REMOVE_ENDED_PAUSES, [seconds, cleanPass ?? null]);
  }

  /** Returns the actions of operators, newest first. */
  listActions(limit: number, before?: string): Promise<OperatorAction[]> {
    return this.dataSource.getRepository(OperatorAction).find({
      where: before === undefined ? {} : { id: LessThan(before) },
      order: { id: 'DESC' },
      take: limit,
    });
  }
}
