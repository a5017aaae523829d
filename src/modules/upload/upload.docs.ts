import { applyDecorators } from '@nestjs/common';
import {
  ApiBody,
  ApiConsumes,
  ApiExtraModels,
  ApiHeader,
  ApiOperation,
  ApiProperty,
  ApiPropertyOptional,
  ApiResponse,
  getSchemaPath,
} from '@nestjs/swagger';
import { ProblemDto } from '../../platform/http/problem.dto.js';
import type { CatalogProblem, CatalogWarning } from '../../platform/catalog/problems.js';
import { FileProblemDto, UploadWarningDto } from './read-file.dto.js';
import { HeaderColumnDto, UploadAcceptedDto, UploadCheckedDto } from './upload-answer.dto.js';
import { UploadForm } from './upload-options.dto.js';

/** A refused product file. Nothing of it was stored. */
export class FileRefusedDto extends ProblemDto {
  @ApiProperty({ type: [FileProblemDto], description: 'The first hundred problems.' })
  errors: CatalogProblem[];

  @ApiProperty({ type: 'integer', description: 'How many problems there are.', example: 1 })
  error_count: number;

  @ApiPropertyOptional({ type: [UploadWarningDto] })
  warnings?: CatalogWarning[];

  @ApiPropertyOptional({
    type: [HeaderColumnDto],
    description: 'Of a dry run: all columns, so that the image columns can be chosen.',
  })
  header?: HeaderColumnDto[];
}

const PROBLEMS_EXAMPLE = `row,line,column,code,message,value
3,4,Image Src,url_scheme,Only http:// and https:// links can be downloaded. Use one of them.,ftp://shop.example.com/mug.jpg
`;

const TITLES: Record<number, string> = {
  400: 'Bad Request',
  409: 'Conflict',
  413: 'Payload Too Large',
  415: 'Unsupported Media Type',
  422: 'Unprocessable Entity',
  429: 'Too Many Requests',
  502: 'Bad Gateway',
  503: 'Service Unavailable',
};

function problem(status: number, code: string, detail: string, more: object = {}) {
  const type = `urn:pressroom:problem:${code}`;
  const value = { type, title: TITLES[status], status, code, detail, instance: '/upload', ...more };
  return { [code]: { summary: code, value } };
}

function problems(status: number, description: string, examples: ReturnType<typeof problem>) {
  const schema =
    status === 400
      ? { anyOf: [{ $ref: getSchemaPath(FileRefusedDto) }, { $ref: getSchemaPath(ProblemDto) }] }
      : { $ref: getSchemaPath(ProblemDto) };
  const content = { 'application/problem+json': { schema, examples } };
  return ApiResponse({ status, description, content });
}

const ROW_ERRORS = {
  errors: [
    {
      row: 3,
      line: 4,
      column: 'Image Src',
      code: 'url_scheme',
      message: 'Only http:// and https:// links can be downloaded. Use one of them.',
      value: 'ftp://shop.example.com/mug.jpg',
    },
  ],
  error_count: 1,
  warnings: [{ code: 'rows_without_image', message: '187 rows have no image.' }],
};

export const DescribeUpload = () =>
  applyDecorators(
    ApiOperation({
      summary: 'Upload a catalog',
      description:
        'Takes the product file as the shop exports it, stores it and answers at once; the images are compressed in the background. An image that cannot be read from its cell fails, and all others are compressed. Nothing of a refused upload is stored. To try it with a Shopify export, choose the file and leave all other fields empty.',
    }),
    ApiConsumes('multipart/form-data'),
    ApiBody({ type: UploadForm }),
    ApiHeader({
      name: 'Idempotency-Key',
      required: false,
      description:
        '1 to 255 visible ASCII characters, e.g. a new UUID. The same file with the same options and key within 24 hours gets the first answer again, with `Idempotent-Replayed: true` and without `webhook_secret`; nothing is stored twice.',
      schema: { type: 'string' },
    }),
    ApiExtraModels(FileRefusedDto, ProblemDto, UploadCheckedDto),
    ApiResponse({
      status: 202,
      description: 'Accepted.',
      type: UploadAcceptedDto,
      headers: { Location: { description: 'Where to watch it.', schema: { type: 'string' } } },
    }),
    ApiResponse({
      status: 200,
      description:
        'A dry run: nothing was stored. With `Accept: text/csv` it answers with all problems as CSV (at most 1,000,000), also for a file that would be refused because of them.',
      content: {
        'application/json': { schema: { $ref: getSchemaPath(UploadCheckedDto) } },
        'text/csv': { schema: { type: 'string' }, example: PROBLEMS_EXAMPLE },
      },
    }),
    problems(400, 'The product file, its link or an option cannot be used.', {
      ...problem(
        400,
        'csv_rows_invalid',
        'Nothing was stored. Row 3 (line 4): Only http:// and https:// links can be downloaded. Use one of them.',
        ROW_ERRORS,
      ),
      ...problem(
        400,
        'file_missing',
        'The upload contains no product file. Send it in the form field "file", or its link in "catalog_url".',
      ),
      ...problem(
        400,
        'column_unknown',
        'Nothing was stored. There is no column "Image". The file has "Handle", "Title", "Image Src".',
      ),
      ...problem(
        400,
        'option_after_file',
        'image_columns comes after the file in the form, but the file is read while it arrives. Nothing was stored. Send the file last.',
      ),
      ...problem(
        400,
        'catalog_url_not_a_file',
        'The link leads to a web page, not to a product file. Nothing was stored. Share it so that anyone with the link can view, or use the link of the download itself.',
      ),
      ...problem(
        400,
        'catalog_url_denied',
        'catalog_url: 10.0.0.1 is not on the public internet, and Pressroom connects to public addresses only. Nothing was stored.',
      ),
      ...problem(
        400,
        'unknown_option',
        'There is no option "qualty". The options are quality, format, …',
      ),
      ...problem(400, 'invalid_parameter', 'quality must be at most 100', {
        errors: [{ field: 'quality', message: 'quality must be at most 100' }],
      }),
      ...problem(
        400,
        'webhook_url_denied',
        'webhook_url: 10.0.0.1 is not on the public internet, and Pressroom connects to public addresses only.',
      ),
    }),
    problems(
      409,
      'An upload with this `Idempotency-Key` is under way.',
      problem(
        409,
        'idempotency_key_in_use',
        'An upload with this Idempotency-Key is under way. Send it again later to get its answer.',
      ),
    ),
    problems(
      413,
      'Larger than MAX_UPLOAD_BYTES.',
      problem(
        413,
        'upload_too_large',
        'The product file is larger than the 536870912 bytes allowed. Nothing was stored. Split it, or raise MAX_UPLOAD_BYTES.',
      ),
    ),
    problems(415, 'Not a product file, or no multipart form.', {
      ...problem(
        415,
        'not_a_product_file',
        'Nothing was stored. This is a PNG image, not a product file. Export the products as CSV or Excel (.xlsx).',
      ),
      ...problem(
        415,
        'not_multipart',
        'An upload is multipart/form-data with the product file in the field "file", e.g. curl -F file=@products.csv.',
      ),
    }),
    problems(
      422,
      'The `Idempotency-Key` was used for something else.',
      problem(
        422,
        'idempotency_key_reused',
        'This Idempotency-Key was used within the last 24 hours for another file or other options. Use a new key for a new upload.',
      ),
    ),
    problems(429, 'Too many uploads at once, or too much of yours still open.', {
      ...problem(
        429,
        'too_many_uploads',
        'Too many uploads are running at once. Try again in a moment.',
      ),
      ...problem(
        429,
        'upload_displaced',
        'This API key had more uploads under way than its share, and another key waited. Nothing was stored. Send the upload again after Retry-After.',
      ),
      ...problem(
        429,
        'too_many_open_requests',
        '1000 requests of yours are still open, which is the limit. Try again when one has ended, or raise MAX_OPEN_REQUESTS.',
      ),
      ...problem(
        429,
        'too_many_open_images',
        'More than 5000000 images of yours would be waiting, which is the limit. Try again when some have ended, upload fewer at once, or raise MAX_OPEN_IMAGES.',
      ),
    }),
    problems(
      502,
      'The server behind `catalog_url` did not deliver the file.',
      problem(
        502,
        'catalog_url_failed',
        'catalog_url: shop.example.com did not answer. Check that the server is up, then retry. Nothing was stored.',
      ),
    ),
    problems(
      503,
      'PostgreSQL is unavailable.',
      problem(
        503,
        'database_unavailable',
        'The database cannot be reached at the moment. Nothing was stored; try again shortly.',
      ),
    ),
  );
