import { applyDecorators } from '@nestjs/common';
import {
  ApiBody,
  ApiConsumes,
  ApiExtraModels,
  ApiHeader,
  ApiOperation,
  ApiProperty,
  ApiResponse,
  getSchemaPath,
} from '@nestjs/swagger';
import { ProblemDto } from '../../platform/http/problem.dto.js';
import type { CsvProblem } from './problems.js';
import { UploadAcceptedDto, UploadCheckedDto } from './upload-answer.dto.js';
import { UploadForm } from './upload-options.dto.js';

export class CsvProblemDto implements CsvProblem {
  @ApiProperty({
    type: 'integer',
    nullable: true,
    description: 'Data row from 1; null: the header or the file.',
    example: 2,
  })
  row: number | null;

  @ApiProperty({ type: 'integer', description: 'Line of the file from 1.', example: 3 })
  line: number;

  @ApiProperty({ type: String, nullable: true, example: 'Input Image Urls' })
  column: string | null;

  @ApiProperty({ example: 'url_scheme' })
  code: string;

  @ApiProperty({ example: 'URL 1 of the cell: Only http:// and https:// URLs can be fetched.' })
  message: string;

  @ApiProperty({ type: String, nullable: true, example: 'ftp://shop.example.com/1.jpg' })
  value: string | null;
}

/** 400 for what is in the file. */
export class CsvProblemsDto extends ProblemDto {
  @ApiProperty({ type: [CsvProblemDto], description: 'The first hundred problems.' })
  errors: CsvProblem[];

  @ApiProperty({ type: 'integer', description: 'How many problems there are.', example: 1 })
  error_count: number;
}

const TITLES: Record<number, string> = {
  400: 'Bad Request',
  409: 'Conflict',
  413: 'Payload Too Large',
  415: 'Unsupported Media Type',
  422: 'Unprocessable Entity',
  429: 'Too Many Requests',
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
      ? { anyOf: [{ $ref: getSchemaPath(CsvProblemsDto) }, { $ref: getSchemaPath(ProblemDto) }] }
      : { $ref: getSchemaPath(ProblemDto) };
  const content = { 'application/problem+json': { schema, examples } };
  return ApiResponse({ status, description, content });
}

const ROW_ERRORS = {
  errors: [
    {
      row: 2,
      line: 3,
      column: 'Input Image Urls',
      code: 'url_scheme',
      message: 'URL 1 of the cell: Only http:// and https:// URLs can be fetched.',
      value: 'ftp://shop.example.com/1.jpg',
    },
  ],
  error_count: 1,
};

export const DescribeUpload = () =>
  applyDecorators(
    ApiOperation({
      summary: 'Upload a catalog',
      description:
        'Checks every row, stores the catalog and answers at once; the images are compressed in the background. Rows that are wrong are all reported, and nothing of a refused upload stays.',
    }),
    ApiConsumes('multipart/form-data'),
    ApiBody({ type: UploadForm }),
    ApiHeader({
      name: 'Idempotency-Key',
      required: false,
      description:
        '1 to 255 visible ASCII characters, e.g. a new UUID. The same CSV with the same options and key within 24 hours gets the first answer again, with `Idempotent-Replayed: true` and without `webhook_secret`; nothing is stored twice.',
      schema: { type: 'string' },
    }),
    ApiExtraModels(CsvProblemsDto, ProblemDto),
    ApiResponse({
      status: 202,
      description: 'Accepted.',
      type: UploadAcceptedDto,
      headers: { Location: { description: 'Where to watch it.', schema: { type: 'string' } } },
    }),
    ApiResponse({
      status: 200,
      description: 'A dry run: nothing was stored.',
      type: UploadCheckedDto,
    }),
    problems(400, 'The CSV or an option can not be used.', {
      ...problem(
        400,
        'csv_rows_invalid',
        'Nothing was stored. Row 2 (line 3): URL 1 of the cell: Only http:// and https:// URLs can be fetched.',
        ROW_ERRORS,
      ),
      ...problem(
        400,
        'file_missing',
        'There is no CSV in the upload. Send it as a file in the form field "file".',
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
        'The CSV is larger than the 536870912 bytes allowed. Split it, or raise MAX_UPLOAD_BYTES.',
      ),
    ),
    problems(415, 'Not a CSV, or no multipart form.', {
      ...problem(
        415,
        'not_a_csv',
        'This is a PNG image, not a CSV. In a spreadsheet, use "Save as" and choose CSV.',
      ),
      ...problem(
        415,
        'not_multipart',
        'An upload is multipart/form-data with the CSV in the field "file", e.g. curl -F file=@products.csv.',
      ),
    }),
    problems(
      422,
      'The `Idempotency-Key` was used for something else.',
      problem(
        422,
        'idempotency_key_reused',
        'This Idempotency-Key was used within the last 24 hours for another CSV or other options. Use a new key for a new upload.',
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
      503,
      'PostgreSQL is away.',
      problem(
        503,
        'database_unavailable',
        'The database cannot be reached at the moment. Nothing was stored; try again shortly.',
      ),
    ),
  );
