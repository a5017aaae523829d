import { ApiPropertyOptional } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayMinSize,
  IsArray,
  IsIn,
  IsInt,
  IsOptional,
  IsString,
  Matches,
  Max,
  MaxLength,
  Min,
} from 'class-validator';
import type { CatalogOptions } from '../../platform/catalog/catalog-options.js';
import { DELIMITERS, type Delimiter } from '../../platform/catalog/csv/delimiters.js';
import { type Encoding, findEncoding, ENCODINGS } from '../../platform/catalog/text/encodings.js';
import { toBoolean, toInteger, EMPTY_FIELD } from './form-fields.js';

/** Maximum row number of the header. */
const MAX_HEADER_ROW = 100;
const MAX_COLUMN_NAME_LENGTH = 1000;
const MAX_SHEET_NAME_LENGTH = 1000;
const MAX_IMAGE_COLUMNS = 100;
const MAX_URL_LENGTH = 2048;

const DELIMITER_NAMES = [...DELIMITERS.filter((delimiter) => delimiter !== '\t'), 'tab'];

/** Parses a single header name, a repeated field, or a JSON array of names. */
function parseNames({ value }: { value: unknown }): unknown {
  if (Array.isArray(value)) return value as unknown[];
  if (typeof value !== 'string') return value;
  return parseJsonArray(value) ?? [value];
}

/** Returns undefined for text that is not a JSON array, such as a header name in brackets. */
function parseJsonArray(text: string): unknown[] | undefined {
  if (!text.trimStart().startsWith('[')) return undefined;
  try {
    const parsed: unknown = JSON.parse(text);
    return Array.isArray(parsed) ? parsed : undefined;
  } catch {
    return undefined;
  }
}

/** Converts an empty list, which means no column, to an empty name. An empty field counts as absent instead. */
const convertEmptyList = ({ value }: { value: unknown }) =>
  typeof value === 'string' && value.trim() === '[]' ? '' : value;

/** Form fields that describe how to read a product file. Omitted fields are detected. */
export class ReadingOptions {
  @ApiPropertyOptional({
    type: 'string',
    format: 'uri',
    description:
      'Link to the product file, instead of `file`: CSV, Excel, a feed, or a Google Sheet that anyone with the link can view, e.g. `https://docs.google.com/spreadsheets/d/1AbC…/edit#gid=0`. The URL must be a public http or https URL.',
    example: EMPTY_FIELD,
  })
  @IsOptional()
  @IsString({ message: 'catalog_url must be given once' })
  @MaxLength(MAX_URL_LENGTH, {
    message: `catalog_url must have at most ${MAX_URL_LENGTH} characters`,
  })
  catalog_url?: string;

  @ApiPropertyOptional({
    type: 'string',
    description:
      'Columns with image URLs: a JSON array of header names, e.g. `["Image Src", "Variant Image"]` for a Shopify export, a single name, or the field repeated for each name. By default, Pressroom detects the columns by name and content.',
    example: EMPTY_FIELD,
  })
  @IsOptional()
  @Transform(parseNames)
  @IsArray({ message: 'image_columns must be a JSON array of header names' })
  @ArrayMinSize(1, { message: 'image_columns must name at least one column' })
  @ArrayMaxSize(MAX_IMAGE_COLUMNS, {
    message: `image_columns must name at most ${MAX_IMAGE_COLUMNS} columns`,
  })
  @IsString({ each: true, message: 'image_columns must be a JSON array of header names' })
  @MaxLength(MAX_COLUMN_NAME_LENGTH, {
    each: true,
    message: `each name in image_columns must have at most ${MAX_COLUMN_NAME_LENGTH} characters`,
  })
  image_columns?: string[];

  @ApiPropertyOptional({
    type: 'string',
    description: 'Column with the product name, e.g. `Title`; `[]` for none.',
    example: EMPTY_FIELD,
  })
  @IsOptional()
  @Transform(convertEmptyList)
  @IsString({ message: 'name_column must be given once' })
  @MaxLength(MAX_COLUMN_NAME_LENGTH, {
    message: `name_column must have at most ${MAX_COLUMN_NAME_LENGTH} characters`,
  })
  name_column?: string;

  @ApiPropertyOptional({
    type: 'string',
    description: 'Column that identifies the product, e.g. `Handle`; `[]` for none.',
    example: EMPTY_FIELD,
  })
  @IsOptional()
  @Transform(convertEmptyList)
  @IsString({ message: 'serial_column must be given once' })
  @MaxLength(MAX_COLUMN_NAME_LENGTH, {
    message: `serial_column must have at most ${MAX_COLUMN_NAME_LENGTH} characters`,
  })
  serial_column?: string;

  @ApiPropertyOptional({
    type: 'integer',
    minimum: 0,
    maximum: MAX_HEADER_ROW,
    description: 'Header row, counted from 1, e.g. `1`; `0` if the file has no header.',
    example: EMPTY_FIELD,
  })
  @IsOptional()
  @Transform(toInteger)
  @IsInt({ message: 'header_row must be a whole number' })
  @Min(0, { message: 'header_row must be at least 0' })
  @Max(MAX_HEADER_ROW, { message: `header_row must be at most ${MAX_HEADER_ROW}` })
  header_row?: number;

  @ApiPropertyOptional({
    type: 'string',
    description: `Delimiter of a CSV file: ${DELIMITER_NAMES.map((name) => `\`${name}\``).join(' ')}.`,
    example: EMPTY_FIELD,
  })
  @IsOptional()
  @Transform(({ value }) => (value === 'tab' ? '\t' : value))
  @IsIn(DELIMITERS, { message: `delimiter must be one of ${DELIMITER_NAMES.join(' ')}` })
  delimiter?: Delimiter;

  @ApiPropertyOptional({
    type: 'string',
    description: `Encoding of a text file, e.g. \`windows-1251\`: ${ENCODINGS.join(', ')}. Aliases such as latin1 or GBK are also accepted.`,
    example: EMPTY_FIELD,
  })
  @IsOptional()
  @Transform(({ value }) => (typeof value === 'string' ? (findEncoding(value) ?? value) : value))
  @IsIn(ENCODINGS, { message: `encoding must be one of ${ENCODINGS.join(', ')}` })
  encoding?: Encoding;

  @ApiPropertyOptional({
    type: 'string',
    description:
      'Sheet of an Excel file, e.g. `Products`. By default, the first sheet with images is read.',
    example: EMPTY_FIELD,
  })
  @IsOptional()
  @IsString({ message: 'sheet must be given once' })
  @MaxLength(MAX_SHEET_NAME_LENGTH, {
    message: `sheet must have at most ${MAX_SHEET_NAME_LENGTH} characters`,
  })
  sheet?: string;

  @ApiPropertyOptional({
    type: 'string',
    format: 'uri',
    description:
      'Base URL for relative image URLs in the file, e.g. `https://shop.example.com/media/`.',
    example: EMPTY_FIELD,
  })
  @IsOptional()
  @Matches(/^https?:\/\/[^\s/]/i, {
    message: 'base_url must be a URL that starts with http:// or https://',
  })
  @MaxLength(MAX_URL_LENGTH, { message: `base_url must have at most ${MAX_URL_LENGTH} characters` })
  base_url?: string;

  @ApiPropertyOptional({
    type: 'boolean',
    default: false,
    description:
      'Rejects the file if any row has a problem. By default, only the images with a problem fail.',
  })
  @Transform(toBoolean)
  @IsIn([true, false], { message: 'strict must be true or false' })
  strict = false;

  /** Converts the fields to options of the catalog reader. */
  toCatalogOptions(): CatalogOptions {
    return {
      imageColumns: this.image_columns,
      nameColumn: this.name_column,
      serialColumn: this.serial_column,
      headerRow: this.header_row,
      delimiter: this.delimiter,
      encoding: this.encoding,
      sheet: this.sheet,
      baseUrl: this.base_url,
      strict: this.strict,
    };
  }
}
