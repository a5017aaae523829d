import { ApiProperty } from '@nestjs/swagger';
import {
  PAUSE_KINDS,
  type PauseKind,
} from '../../platform/database/entities/dispatch-pause.entity.js';
import type { RequestPauseRow } from '../../platform/database/statements/find-request-pauses.js';

/** A pause that the server administrator has set. */
export class RequestPauseDto {
  /** `origin` pauses images whose URL has the host `name`. `owner` pauses all images of the API key. */
  @ApiProperty({ enum: PAUSE_KINDS, example: 'origin' })
  kind!: PauseKind;

  /** @example shop.example.com */
  name!: string;

  @ApiProperty({ format: 'date-time', example: '2026-01-31T09:00:00.000Z' })
  paused_at!: string;

  /** @example The administrator paused downloads from shop.example.com: The shop is moving its server. */
  message!: string;

  static from({ kind, name, reason, paused_at }: RequestPauseRow): RequestPauseDto {
    const target = kind === 'origin' ? `downloads from ${name}` : 'your images';
    const text = `The administrator paused ${target}`;
    const message = reason === '' ? `${text}.` : `${text}: ${reason}`;
    return { kind, name, paused_at: paused_at.toISOString(), message };
  }
}
