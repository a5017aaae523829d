import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import type { Links } from '../../platform/http/links.js';
import { wasSchemeAdded } from '../../platform/catalog/image-cell/assumed-scheme.js';
import type { CatalogRow } from '../../platform/catalog/catalog-row.js';
import type { CatalogDescription } from '../../platform/catalog/catalog-reader.js';
import type { Estimate } from './estimate.js';
import { ParsedFileDto, toParsedFileDto } from './parsed-file.dto.js';
import type { ParsedFile } from './read-product-file.js';
import type { ReceivedCatalog } from './received-upload.js';
import type { SelectedWebhook } from './webhook-selector.js';

/** Absolute URLs of the new request. */
export class UploadLinksDto {
  @ApiProperty({ example: 'https://images.example.com/status/019a9f3e-…' })
  status!: string;

  @ApiProperty({ example: 'https://images.example.com/download/019a9f3e-…' })
  download!: string;

  @ApiProperty({ example: 'https://images.example.com/download/019a9f3e-…/errors' })
  errors!: string;

  @ApiProperty({ example: 'https://images.example.com/requests/019a9f3e-…/deliveries' })
  deliveries!: string;

  static fromLinks(links: Links, requestId: string): UploadLinksDto {
    return {
      status: links.statusUrl(requestId),
      download: links.outputCsvUrl(requestId),
      errors: links.errorsCsvUrl(requestId),
      deliveries: links.deliveriesUrl(requestId),
    };
  }
}

/** 202: the catalog is stored, and its images will be processed. */
export class UploadAcceptedDto extends ParsedFileDto {
  @ApiProperty({ format: 'uuid', example: '019a9f3e-7c1d-7e3a-9b55-0f8a4c1d2e3f' })
  request_id!: string;

  @ApiProperty({ example: 'pending' })
  status!: 'pending';

  @ApiProperty({ type: UploadLinksDto })
  links!: UploadLinksDto;

  @ApiPropertyOptional({
    description:
      'Present only if Pressroom generated the secret for this request. It is shown only once: the response to a ' +
      'repeated upload (`Idempotent-Replayed`) does not contain it. To avoid this, send your own `webhook_secret`.',
    example: 'whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD3sTnZgyiCbQ=',
  })
  webhook_secret?: string;

  static from(catalog: ReceivedCatalog, links: Links, webhook: SelectedWebhook): UploadAcceptedDto {
    return {
      request_id: catalog.requestId,
      status: 'pending',
      ...toParsedFileDto(catalog.file),
      links: UploadLinksDto.fromLinks(links, catalog.requestId),
      ...(webhook.isNewSecret ? { webhook_secret: webhook.secret! } : {}),
    };
  }
}

export class PreviewRowDto {
  @ApiProperty({ type: 'integer', example: 1 })
  row!: number;

  @ApiProperty({ example: '1' })
  serial_number!: string;

  @ApiProperty({ example: 'SKU1' })
  product_name!: string;

  @ApiProperty({ example: ['https://shop.example.com/sku1/front.jpg'] })
  input_urls!: string[];

  /**
   * URLs in `input_urls` that have no scheme in their cell, such as `//shop.example.com/a.jpg`. They are
   * downloaded over http if the server does not support https.
   */
  @ApiProperty({ type: [String], example: [] })
  assumed_https!: string[];
}

const ROLES = ['image', 'product_name', 'serial_number'] as const;

/** One column of the file, with some of its cells. */
export class HeaderColumnDto {
  @ApiProperty({ example: 'Image Src' })
  name!: string;

  @ApiProperty({
    enum: ROLES,
    nullable: true,
    description: 'Role of the column; null if the column is kept unchanged.',
    example: 'image',
  })
  role!: (typeof ROLES)[number] | null;

  @ApiProperty({
    type: [String],
    description: 'Up to three distinct values from the first 200 rows.',
    example: ['https://cdn.shopify.com/s/files/1/0001/products/stone-mug.jpg'],
  })
  samples!: string[];

  @ApiProperty({ description: 'True if some cells of the column contain URLs.', example: true })
  contains_urls!: boolean;
}

/** Estimate for the images in a file, based on a sample. */
export class EstimateDto implements Estimate {
  @ApiProperty({
    type: 'integer',
    description: 'Number of sampled images, including dead links.',
    example: 12,
  })
  images_sampled!: number;

  @ApiProperty({
    type: 'integer',
    description: 'Number of sampled links that do not lead to a usable image.',
    example: 1,
  })
  dead_links!: number;

  @ApiProperty({
    type: 'integer',
    nullable: true,
    description: 'Null if no sampled image could be compressed.',
    example: 61,
  })
  bytes_saved_percent!: number | null;

  @ApiProperty({
    type: 'integer',
    nullable: true,
    description: 'Estimated size of all images in the file before compression.',
    example: 123_456_789,
  })
  bytes_in!: number | null;

  @ApiProperty({
    type: 'integer',
    nullable: true,
    description: 'Estimated size of all images in the file after compression.',
    example: 45_678_901,
  })
  bytes_out!: number | null;

  @ApiProperty({
    type: 'integer',
    nullable: true,
    description: 'Estimated duration of the request in seconds at the current server load.',
    example: 340,
  })
  duration_seconds!: number | null;
}

/** 200: the response to `dry_run=true`. Nothing was stored. */
export class UploadCheckedDto extends ParsedFileDto {
  @ApiProperty({ example: true })
  dry_run!: true;

  @ApiProperty({ type: [HeaderColumnDto], description: 'All columns, in file order.' })
  header!: HeaderColumnDto[];

  @ApiProperty({
    type: EstimateDto,
    nullable: true,
    description: 'Null if `estimate=false`, or if nothing could be sampled in time.',
  })
  estimate!: EstimateDto | null;

  @ApiProperty({ type: [PreviewRowDto], description: 'The first ten rows as they were read.' })
  preview!: PreviewRowDto[];

  static from({ file }: ReceivedCatalog, estimate: Estimate | null): UploadCheckedDto {
    return {
      dry_run: true,
      ...toParsedFileDto(file),
      header: toHeaderColumns(file),
      estimate,
      preview: file.preview.map(toPreviewRow),
    };
  }
}

function toPreviewRow({
  row,
  serialNumber,
  productName,
  images,
  cells,
}: CatalogRow): PreviewRowDto {
  const urls = images.map(({ url }) => url);
  return {
    row,
    serial_number: serialNumber,
    product_name: productName,
    input_urls: urls,
    assumed_https: urls.filter((url) => wasSchemeAdded(url, cells)),
  };
}

function toHeaderColumns({ reader, columnSamples }: ParsedFile): HeaderColumnDto[] {
  const { description } = reader;
  return description.header.map((name, index) => {
    const { samples: cells, containsUrls } = columnSamples.getSample(index);
    const role = findRole(description, index);
    return { name, role, samples: cells, contains_urls: containsUrls };
  });
}

function findRole(
  { imageColumns, nameColumn, serialColumn }: CatalogDescription,
  index: number,
): HeaderColumnDto['role'] {
  if (imageColumns.includes(index)) return 'image';
  if (index === nameColumn) return 'product_name';
  return index === serialColumn ? 'serial_number' : null;
}
