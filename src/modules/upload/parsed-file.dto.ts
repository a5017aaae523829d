import { ApiProperty } from '@nestjs/swagger';
import type { CatalogDescription } from '../../platform/catalog/catalog-reader.js';
import { getPlatform } from '../../platform/catalog/platforms/index.js';
import type { CatalogProblem, CatalogWarning } from '../../platform/catalog/problems.js';
import type { ParsedFile } from './read-product-file.js';

export class UploadWarningDto implements Omit<CatalogWarning, 'code'> {
  @ApiProperty({ example: 'rows_without_image' })
  code!: string;

  @ApiProperty({ example: '187 rows have no image.' })
  message!: string;
}

export class FileProblemDto implements Omit<CatalogProblem, 'code'> {
  @ApiProperty({
    type: 'integer',
    nullable: true,
    description: 'Data row, counted from 1. Null for a problem with the header or the whole file.',
    example: 3,
  })
  row!: number | null;

  @ApiProperty({
    type: 'integer',
    description: 'Line number in the file, or row number in the sheet, counted from 1.',
    example: 4,
  })
  line!: number;

  @ApiProperty({ type: String, nullable: true, example: 'Image Src' })
  column!: string | null;

  @ApiProperty({ example: 'url_scheme' })
  code!: string;

  @ApiProperty({
    example: 'Only http:// and https:// URLs can be downloaded. Correct the URL.',
  })
  message!: string;

  @ApiProperty({ type: String, nullable: true, example: 'ftp://shop.example.com/mug.jpg' })
  value!: string | null;
}

/** Problems in rows that do not prevent the upload. */
export class FileProblemsDto {
  @ApiProperty({ type: 'integer', example: 1 })
  count!: number;

  @ApiProperty({ type: [FileProblemDto], description: 'The first 100 problems.' })
  listed!: readonly CatalogProblem[];

  @ApiProperty({
    type: 'object',
    additionalProperties: { type: 'integer' },
    description: 'Number of problems by code.',
    example: { url_scheme: 1 },
  })
  by_code!: Record<string, number>;
}

/** Header names of the columns that are read. */
export class UploadColumnsDto {
  @ApiProperty({
    type: String,
    nullable: true,
    description: 'Column with the serial number. Null if the row number is used instead.',
    example: 'Handle',
  })
  serial_number!: string | null;

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'Column with the product name. Null if the serial number is used as the name.',
    example: 'Title',
  })
  product_name!: string | null;

  @ApiProperty({
    type: [String],
    description: 'Image columns, in file order.',
    example: ['Image Src', 'Variant Image'],
  })
  images!: string[];

  @ApiProperty({
    deprecated: true,
    description: 'The first entry of `images`. Will be removed in the next release.',
    example: 'Image Src',
  })
  input_image_urls!: string;

  static from(description: CatalogDescription): UploadColumnsDto {
    const { header, serialColumn, nameColumn, imageColumns } = description;
    const getColumnName = (column: number | null) => (column === null ? null : header[column]);
    return {
      serial_number: getColumnName(serialColumn),
      product_name: getColumnName(nameColumn),
      images: imageColumns.map((column) => header[column]),
      input_image_urls: header[imageColumns[0]],
    };
  }
}

/** Result of reading a product file. */
export class ParsedFileDto {
  @ApiProperty({ enum: ['csv', 'xlsx', 'xml'], example: 'csv' })
  format!: 'csv' | 'xlsx' | 'xml';

  @ApiProperty({ description: '`generic` for an unknown platform.', example: 'shopify' })
  platform!: string;

  @ApiProperty({ example: 'Shopify' })
  platform_title!: string;

  @ApiProperty({ example: 'utf-8' })
  encoding!: string;

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'Delimiter of a CSV file: `,`, `;`, `|` or `tab`. Null for other file types.',
    example: ',',
  })
  delimiter!: string | null;

  @ApiProperty({
    type: 'integer',
    nullable: true,
    description: 'Row number of the header, counted from 1. Null if the file has no header.',
    example: 1,
  })
  header_row!: number | null;

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'Sheet that was read from an Excel file. Null for other file types.',
    example: null,
  })
  sheet!: string | null;

  @ApiProperty({ type: [String], description: 'All sheets of an Excel file.', example: [] })
  sheets!: string[];

  @ApiProperty({ type: UploadColumnsDto })
  columns!: UploadColumnsDto;

  @ApiProperty({ type: 'integer', description: 'Number of rows in the file.', example: 1399 })
  products!: number;

  @ApiProperty({
    type: 'integer',
    description: 'Number of products. Adjacent rows with the same serial number form one product.',
    example: 636,
  })
  distinct_products!: number;

  @ApiProperty({ type: 'integer', example: 1212 })
  products_with_images!: number;

  @ApiProperty({ type: 'integer', example: 187 })
  products_without_images!: number;

  @ApiProperty({
    type: 'integer',
    description: 'Number of images in all rows, including those with a problem.',
    example: 1212,
  })
  images!: number;

  @ApiProperty({ type: FileProblemsDto })
  problems!: FileProblemsDto;

  @ApiProperty({ type: [UploadWarningDto] })
  warnings!: CatalogWarning[];
}

export function toParsedFileDto({ reader }: ParsedFile) {
  const { description, productCount, productsWithoutImagesCount, imageCount, problems, warnings } =
    reader;
  const { layout, platform, headerRow } = description;
  return {
    format: layout.format,
    platform,
    platform_title: getPlatform(platform).title,
    encoding: layout.encoding,
    delimiter: layout.format === 'csv' ? layout.delimiter.replace('\t', 'tab') : null,
    header_row: headerRow,
    sheet: layout.sheet ?? null,
    sheets: layout.sheets ?? [],
    columns: UploadColumnsDto.from(description),
    products: productCount,
    distinct_products: reader.distinctProductCount,
    products_with_images: productCount - productsWithoutImagesCount,
    products_without_images: productsWithoutImagesCount,
    images: imageCount,
    problems: {
      count: problems.count,
      listed: problems.reported,
      by_code: Object.fromEntries(problems.countByCode),
    },
    warnings,
  };
}
