import { getPlatform } from '../../platform/catalog/platforms/index.js';
import type { FileLayout } from '../../platform/catalog/records.js';
import { readStoredCatalog } from '../../platform/database/stored-catalog.js';
import type { Links } from '../../platform/http/links.js';
import type { ProcessingRequest } from '../../platform/database/entities/processing-request.entity.js';
import { isFinal, REQUEST_STATUSES, type RequestStatus } from '../../platform/database/states.js';
import { ApiProperty } from '@nestjs/swagger';
import { CompressionOptionsDto } from './compression-options.dto.js';
import { RequestOutputDto } from './output.dto.js';
import { ProgressDto } from './progress.dto.js';

/** A request without its products. */
export class RequestSummaryDto {
  @ApiProperty({ format: 'uuid', example: '019a9f3e-7c1d-7e3a-9b55-0f8a4c1d2e3f' })
  request_id!: string;

  /** `completed`: every image has ended, and `progress` shows how many failed. `failed`: every image failed. */
  @ApiProperty({ enum: REQUEST_STATUSES, example: 'processing' })
  status!: RequestStatus;

  /**
   * File name as sent by the client.
   * @example products.csv
   */
  filename!: string;

  /** Format of the uploaded file. */
  @ApiProperty({ enum: ['csv', 'xlsx', 'xml'], example: 'csv' })
  format!: FileLayout['format'];

  /**
   * Platform that exported the file. `generic` for any other file.
   * @example shopify
   */
  platform!: string;

  /**
   * Name of the platform.
   * @example Shopify
   */
  platform_title!: string;

  @ApiProperty({ format: 'date-time', example: '2026-01-31T09:00:00.000Z' })
  created_at!: string;

  /** Time at which the first image started. */
  @ApiProperty({ format: 'date-time', nullable: true, example: '2026-01-31T09:00:00.250Z' })
  started_at!: string | null;

  /** Time of the last retry. Null without a retry. */
  @ApiProperty({ format: 'date-time', nullable: true, example: null })
  retried_at!: string | null;

  /** Time at which the last image ended. */
  @ApiProperty({ format: 'date-time', nullable: true, example: null })
  completed_at!: string | null;

  /** Time at which the request and its images will be removed. Null if they are kept. */
  @ApiProperty({ format: 'date-time', nullable: true, example: null })
  expires_at!: string | null;

  /**
   * URL of the webhook that is called when the request ends.
   * @example https://shop.example.com/hooks/pressroom
   */
  webhook_url!: string | null;

  /** Options of the first output. */
  options!: CompressionOptionsDto;

  /** Outputs of each image. Absent if the upload had no `outputs`. `progress` counts the bytes of the first output. */
  outputs?: RequestOutputDto[];

  /**
   * Template for the file names of the images. Absent if the upload had no template.
   * @example {sku}-{position}.{ext}
   */
  filename_template?: string;

  /**
   * Number of rows in the product file.
   * @example 80
   */
  product_count!: number;

  progress!: ProgressDto;

  /** Absolute URL of the output file. Null until the request has ended. */
  @ApiProperty({
    format: 'uri',
    nullable: true,
    example: 'https://images.example.com/download/019a9f3e-7c1d-7e3a-9b55-0f8a4c1d2e3f',
  })
  output_csv!: string | null;

  /** Absolute URL of the errors file. Null unless the request has ended with failed images. */
  @ApiProperty({ format: 'uri', nullable: true, example: null })
  errors_csv!: string | null;

  static from(request: ProcessingRequest, links: Links, now = new Date()): RequestSummaryDto {
    const isEnded = isFinal(request.status);
    const { layout, platform } = readStoredCatalog(request);
    const outputs = RequestOutputDto.listFrom(request);
    return {
      request_id: request.id,
      status: request.status,
      filename: request.filename,
      format: layout.format,
      platform,
      platform_title: getPlatform(platform).title,
      created_at: request.createdAt.toISOString(),
      started_at: request.startedAt?.toISOString() ?? null,
      retried_at: request.retriedAt?.toISOString() ?? null,
      completed_at: request.completedAt?.toISOString() ?? null,
      expires_at: request.expiresAt?.toISOString() ?? null,
      webhook_url: request.webhookUrl,
      options: request.options,
      ...(outputs && { outputs }),
      ...(request.filenameTemplate !== null && { filename_template: request.filenameTemplate }),
      product_count: request.products,
      progress: ProgressDto.from(request, now),
      output_csv: isEnded ? links.outputCsvUrl(request.id) : null,
      errors_csv: isEnded && request.imagesFailed > 0 ? links.errorsCsvUrl(request.id) : null,
    };
  }
}

/** A page of requests, newest first. */
export class RequestListDto {
  requests!: RequestSummaryDto[];

  /**
   * Value of `cursor` for the next page. Null on the last page.
   * @example MDE5YTlmM2UtN2MxZC03ZTNhLTliNTUtMGY4YTRjMWQyZTNm
   */
  next_cursor!: string | null;
}
