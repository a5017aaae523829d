import { ApiProperty } from '@nestjs/swagger';
import type { Links } from '../../platform/http/links.js';
import type { ProcessingRequest } from '../../platform/database/entities/processing-request.entity.js';
import { isFinal, REQUEST_STATUSES, type RequestStatus } from '../../platform/database/states.js';

/** Number of images in each state. */
export class ImageCountsDto {
  /** @example 200 */
  total!: number;

  /** @example 120 */
  completed!: number;

  /** @example 1 */
  failed!: number;

  /** @example 79 */
  cancelled!: number;
}

export class RequestStateLinksDto {
  /** @example https://images.example.com/status/019a9f3e-7c1d-7e3a-9b55-0f8a4c1d2e3f */
  status!: string;

  /** URL of the output file. Null until the request has ended. */
  @ApiProperty({
    format: 'uri',
    nullable: true,
    example: 'https://images.example.com/download/019a9f3e-7c1d-7e3a-9b55-0f8a4c1d2e3f',
  })
  output_csv!: string | null;
}

/** State of a request after a cancellation or a retry. */
export class RequestStateDto {
  @ApiProperty({ format: 'uuid', example: '019a9f3e-7c1d-7e3a-9b55-0f8a4c1d2e3f' })
  request_id!: string;

  @ApiProperty({ enum: REQUEST_STATUSES, example: 'cancelled' })
  status!: RequestStatus;

  images!: ImageCountsDto;

  @ApiProperty({ format: 'date-time', nullable: true, example: '2026-01-31T09:00:12.000Z' })
  completed_at!: string | null;

  links!: RequestStateLinksDto;

  static from(request: ProcessingRequest, links: Links): RequestStateDto {
    return {
      request_id: request.id,
      status: request.status,
      images: {
        total: request.imagesTotal,
        completed: request.imagesCompleted,
        failed: request.imagesFailed,
        cancelled: request.imagesCancelled,
      },
      completed_at: request.completedAt?.toISOString() ?? null,
      links: {
        status: links.statusUrl(request.id),
        output_csv: isFinal(request.status) ? links.outputCsvUrl(request.id) : null,
      },
    };
  }
}
