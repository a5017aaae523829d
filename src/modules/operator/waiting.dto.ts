import { ApiProperty } from '@nestjs/swagger';
import { REQUEST_STATUSES, type RequestStatus } from '../../platform/database/states.js';
import { WAITING_CODES, type WaitingCode } from './waiting-facts.js';

/** One reason why a request is waiting. */
export class WaitingReasonDto {
  @ApiProperty({ enum: WAITING_CODES, example: 'origin_paused' })
  code!: WaitingCode;

  /** @example 40 images are waiting because ops paused the origin shop.example.com: The shop is moving its server. */
  message!: string;
}

/** Reasons why a request is waiting. */
export class WaitingDto {
  @ApiProperty({ format: 'uuid', example: '019a9f3e-7c1d-7e3a-9b55-0f8a4c1d2e3f' })
  request_id!: string;

  /**
   * Name of the API key; empty without keys.
   * @example shop
   */
  owner!: string;

  @ApiProperty({ enum: REQUEST_STATUSES, example: 'processing' })
  status!: RequestStatus;

  /**
   * Number of unfinished images.
   * @example 40
   */
  open_images!: number;

  /** Reasons, most important first. Never empty. */
  reasons!: WaitingReasonDto[];
}
