import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import type { Links } from '../../platform/http/links.js';
import type { UploadWarning } from './catalog-reader.js';
import type { ReceivedCatalog } from './upload-receiver.js';
import type { ChosenWebhook } from './webhook-choice.js';

export class UploadWarningDto implements UploadWarning {
  @ApiProperty({ example: 'rows_empty' })
  code: string;

  @ApiProperty({ example: '2 rows without any text were left out.' })
  message: string;
}

/** The header cells that were taken for the three columns. */
export class UploadColumnsDto {
  @ApiProperty({ example: 'S. No.' })
  serial_number: string;

  @ApiProperty({ example: 'Product Name' })
  product_name: string;

  @ApiProperty({ example: 'Input Image Urls' })
  input_image_urls: string;
}

/** Absolute URLs. */
export class UploadLinksDto {
  @ApiProperty({ example: 'https://images.example.com/status/019a9f3e-…' })
  status: string;

  @ApiProperty({ example: 'https://images.example.com/download/019a9f3e-…' })
  download: string;

  @ApiProperty({ example: 'https://images.example.com/download/019a9f3e-…/errors' })
  errors: string;

  @ApiProperty({ example: 'https://images.example.com/requests/019a9f3e-…/deliveries' })
  deliveries: string;

  static of(links: Links, requestId: string): UploadLinksDto {
    return {
      status: links.status(requestId),
      download: links.outputCsv(requestId),
      errors: links.errorsCsv(requestId),
      deliveries: links.deliveries(requestId),
    };
  }
}

class CatalogSummaryDto {
  @ApiProperty({ type: 'integer', description: 'Rows of the CSV.', example: 2 })
  products: number;

  @ApiProperty({ type: 'integer', description: 'Image URLs in all rows.', example: 6 })
  images: number;

  @ApiProperty({ type: [UploadWarningDto] })
  warnings: UploadWarning[];

  @ApiProperty({ type: UploadColumnsDto })
  columns: UploadColumnsDto;
}

function summary({ reader }: ReceivedCatalog) {
  const { products, images, warnings, header } = reader;
  return { products, images, warnings, columns: header.columns };
}

/** 202: the catalog is stored, and its images will be worked on. */
export class UploadAcceptedDto extends CatalogSummaryDto {
  @ApiProperty({ format: 'uuid', example: '019a9f3e-7c1d-7e3a-9b55-0f8a4c1d2e3f' })
  request_id: string;

  @ApiProperty({ example: 'pending' })
  status: 'pending';

  @ApiProperty({ type: UploadLinksDto })
  links: UploadLinksDto;

  @ApiPropertyOptional({
    description:
      'Only when Pressroom made it for this request. It is shown once: the answer to a repeated upload ' +
      '(`Idempotent-Replayed`) does not have it. Send a `webhook_secret` of your own to know it in any case.',
    example: 'whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD3sTnZgyiCbQ=',
  })
  webhook_secret?: string;

  static from(catalog: ReceivedCatalog, links: Links, webhook: ChosenWebhook): UploadAcceptedDto {
    return {
      request_id: catalog.requestId,
      status: 'pending',
      ...summary(catalog),
      links: UploadLinksDto.of(links, catalog.requestId),
      ...(webhook.isNewSecret ? { webhook_secret: webhook.secret! } : {}),
    };
  }
}

export class PreviewRowDto {
  @ApiProperty({ type: 'integer', example: 1 })
  row: number;

  @ApiProperty({ example: '1' })
  serial_number: string;

  @ApiProperty({ example: 'SKU1' })
  product_name: string;

  @ApiProperty({ example: ['https://shop.example.com/sku1/front.jpg'] })
  input_urls: string[];
}

/** 200: the answer to `dry_run=true`. Nothing was stored. */
export class UploadCheckedDto extends CatalogSummaryDto {
  @ApiProperty({ example: true })
  dry_run: true;

  @ApiProperty({ type: [PreviewRowDto], description: 'The first ten rows as they were read.' })
  preview: PreviewRowDto[];

  static from(catalog: ReceivedCatalog): UploadCheckedDto {
    return {
      dry_run: true,
      ...summary(catalog),
      preview: catalog.preview.map(({ row, serialNumber, productName, urls }) => ({
        row,
        serial_number: serialNumber,
        product_name: productName,
        input_urls: urls,
      })),
    };
  }
}
