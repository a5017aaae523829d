import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import type { Links } from '../../platform/http/links.js';
import type { CatalogDescription } from '../../platform/catalog/catalog-reader.js';
import type { CatalogWarning } from '../../platform/catalog/problems.js';
import type { ReceivedCatalog } from './upload-receiver.js';
import type { ChosenWebhook } from './webhook-choice.js';

export class UploadWarningDto implements CatalogWarning {
  @ApiProperty({ example: 'rows_empty' })
  code: string;

  @ApiProperty({ example: '2 rows without any text were left out.' })
  message: string;
}

/** The columns that are read, by their names in the header. */
export class UploadColumnsDto {
  @ApiProperty({
    type: String,
    nullable: true,
    description: 'Null: rows are numbered.',
    example: 'Handle',
  })
  serial_number: string | null;

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'Null: the serial number is the name.',
    example: 'Title',
  })
  product_name: string | null;

  @ApiProperty({
    type: [String],
    description: 'In file order.',
    example: ['Image Src', 'Variant Image'],
  })
  images: string[];

  @ApiProperty({
    deprecated: true,
    description: 'The first of `images`; removed in the next release.',
    example: 'Image Src',
  })
  input_image_urls: string;

  static from({ header, serialColumn, nameColumn, imageColumns }: CatalogDescription) {
    const nameOf = (column: number | null) => (column === null ? null : header[column]);
    return {
      serial_number: nameOf(serialColumn),
      product_name: nameOf(nameColumn),
      images: imageColumns.map((column) => header[column]),
      input_image_urls: header[imageColumns[0]],
    };
  }
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
  @ApiProperty({ type: 'integer', description: 'Rows of the file.', example: 2 })
  products: number;

  @ApiProperty({ type: 'integer', description: 'Image URLs in all rows.', example: 6 })
  images: number;

  @ApiProperty({ type: [UploadWarningDto] })
  warnings: CatalogWarning[];

  @ApiProperty({ type: UploadColumnsDto })
  columns: UploadColumnsDto;
}

function summary({ reader }: ReceivedCatalog) {
  const { products, images, warnings, description } = reader;
  return { products, images, warnings, columns: UploadColumnsDto.from(description) };
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
      preview: catalog.preview.map(({ row, serialNumber, productName, images }) => ({
        row,
        serial_number: serialNumber,
        product_name: productName,
        input_urls: images.map(({ url }) => url),
      })),
    };
  }
}
