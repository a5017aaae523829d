import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsString, Matches, MaxLength } from 'class-validator';
import {
  PAUSE_KINDS,
  type PauseKind,
} from '../../platform/database/entities/dispatch-pause.entity.js';
import type {
  OperatorAction,
  OperatorActionName,
} from '../../platform/database/entities/operator-action.entity.js';
import type { ActivePause } from '../../platform/database/repositories/pauses.js';

const INVALID_KIND = { message: `kind must be one of ${PAUSE_KINDS.join(', ')}` };
const INVALID_NAME = 'name must be a host or the name of an owner, with at most 253 characters';
const INVALID_REASON = 'reason must be one line of at most 200 characters';

/** An origin or an owner. */
export class PauseTargetDto {
  /** `origin` selects images whose URL has this host. `owner` selects images of an API key. */
  @ApiProperty({ enum: PAUSE_KINDS, example: 'origin' })
  @IsIn(PAUSE_KINDS, INVALID_KIND)
  kind!: PauseKind;

  /**
   * Host, with its port unless it is the default port, or the name of the API key (empty without keys).
   * @example shop.example.com
   */
  @IsString({ message: INVALID_NAME })
  @Matches(/^[!-~\u00a1-\uffff]{0,253}$/, { message: INVALID_NAME })
  name!: string;
}

/** A new pause. */
export class NewPauseDto extends PauseTargetDto {
  /**
   * Reason for the pause. Owners of waiting requests can read it.
   * @example The shop is moving its server until noon.
   */
  @ApiPropertyOptional()
  @IsString({ message: INVALID_REASON })
  @MaxLength(200, { message: INVALID_REASON })
  @Matches(/^[ -~\u00a0-\uffff]*$/, { message: INVALID_REASON })
  reason: string = '';
}

/** An active pause. */
export class PauseDto extends PauseTargetDto {
  /** @example The shop is moving its server until noon. */
  reason!: string;

  /**
   * Name of the operator.
   * @example ops
   */
  paused_by!: string;

  @ApiProperty({ format: 'date-time', example: '2026-01-31T09:00:00.000Z' })
  paused_at!: string;

  static from({ kind, name, reason, pausedBy, pausedAt }: ActivePause): PauseDto {
    return { kind, name, reason, paused_by: pausedBy, paused_at: pausedAt.toISOString() };
  }
}

export class PauseListDto {
  /** Pauses, ordered by kind and name. */
  pauses!: PauseDto[];

  /**
   * Value of `cursor` for the next page. Null on the last page.
   * @example null
   */
  next_cursor!: string | null;
}

/** An operator action. */
export class OperatorActionDto {
  @ApiProperty({ format: 'date-time', example: '2026-01-31T09:00:00.000Z' })
  at!: string;

  /**
   * Name of the admin key.
   * @example ops
   */
  operator!: string;

  @ApiProperty({ enum: ['pause', 'resume'], example: 'pause' })
  action!: OperatorActionName;

  @ApiProperty({ enum: PAUSE_KINDS, example: 'origin' })
  kind!: PauseKind;

  /** @example shop.example.com */
  name!: string;

  /** @example The shop is moving its server until noon. */
  reason!: string;

  static from({ at, operator, action, kind, name, reason }: OperatorAction): OperatorActionDto {
    return { at: at.toISOString(), operator, action, kind, name, reason };
  }
}

export class OperatorActionListDto {
  /** Actions, newest first. */
  actions!: OperatorActionDto[];

  /**
   * Value of `cursor` for the next page. Null on the last page.
   * @example null
   */
  next_cursor!: string | null;
}
