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
import type { FileProblemCode } from '../../platform/catalog/file-problem-codes.js';
import {
  type CatalogProblem,
  CatalogProblems,
  CatalogRefusedError,
  type CatalogWarning,
} from '../../platform/catalog/problems.js';
import {
  TooManyOpenImagesError,
  TooManyOpenRequestsError,
} from '../../platform/http/open-work-errors.js';
import { AppError } from '../../platform/errors/app-error.js';
import {
  DATABASE_UNAVAILABLE,
  describeExamples,
  type DescribedProblem,
  invalidParameter,
} from '../../platform/http/describe-problems.js';
import { OUTBOUND_ERRORS } from '../../platform/http-client/error-table.js';
import { AddressDeniedError } from '../../platform/http-client/outbound-errors.js';
import { CONCURRENCY_ERRORS } from '../../platform/concurrency/error-table.js';
import { UPLOAD_ERRORS } from './error-table.js';
import {
  CatalogUrlFailedError,
  OptionAfterFileError,
  ProductFileRefusedError,
  UnknownOptionError,
  UploadTooLargeError,
  WebhookUrlDeniedError,
} from './upload-errors.js';
import { FileProblemDto, UploadWarningDto } from './parsed-file.dto.js';
import { HeaderColumnDto, UploadAcceptedDto, UploadCheckedDto } from './upload-response.dto.js';
import { OutputOptions } from './output-options.dto.js';
import { UploadForm } from './upload-options.dto.js';

/** A refused product file. Nothing of it was stored. */
export class FileRefusedDto extends ProblemDto {
  @ApiProperty({ type: [FileProblemDto], description: 'The first hundred problems.' })
  errors!: CatalogProblem[];

  @ApiProperty({ type: 'integer', description: 'Total number of problems.', example: 1 })
  error_count!: number;

  @ApiPropertyOptional({ type: [UploadWarningDto] })
  warnings?: CatalogWarning[];

  @ApiPropertyOptional({
    type: [HeaderColumnDto],
    description: 'In a dry run: all columns, to choose the image columns from.',
  })
  header?: HeaderColumnDto[];
}

const PROBLEMS_EXAMPLE = `row,line,column,code,message,value
3,4,Image Src,url_scheme,Only http:// and https:// links can be downloaded. Use one of them.,ftp://shop.example.com/mug.jpg
`;

function problems(status: number, description: string, ...examples: DescribedProblem[]) {
  const schema =
    status === 400
      ? { anyOf: [{ $ref: getSchemaPath(FileRefusedDto) }, { $ref: getSchemaPath(ProblemDto) }] }
      : { $ref: getSchemaPath(ProblemDto) };
  const content = {
    'application/problem+json': { schema, examples: describeExamples('/upload', ...examples) },
  };
  return ApiResponse({ status, description, content });
}

const describeRefusedFile = (
  code: FileProblemCode,
  message: string,
  problem?: CatalogProblem,
  warnings: CatalogWarning[] = [],
) => {
  const found = new CatalogProblems();
  if (problem) found.add(problem);
  const text = `Nothing was stored. ${message}`;
  return new ProductFileRefusedError(new CatalogRefusedError(code, text, found, warnings), false);
};

const ROWS_INVALID = describeRefusedFile(
  'csv_rows_invalid',
  'Row 3 (line 4): Only http:// and https:// links can be downloaded. Use one of them.',
  {
    row: 3,
    line: 4,
    column: 'Image Src',
    code: 'url_scheme',
    message: 'Only http:// and https:// links can be downloaded. Use one of them.',
    value: 'ftp://shop.example.com/mug.jpg',
  },
  [{ code: 'rows_without_image', message: '187 rows have no image.' }],
);
const UNKNOWN_COLUMN = describeRefusedFile(
  'column_unknown',
  'There is no column "Image". The file has "Handle", "Title", "Image Src".',
);
const NOT_PRODUCTS = describeRefusedFile(
  'not_a_product_file',
  'This is a PNG image, not a product file. Export the products as CSV or Excel (.xlsx).',
);
const DENIED = new AddressDeniedError('10.0.0.1', '10.0.0.1');
const UNREACHABLE = new AppError(OUTBOUND_ERRORS.connection_timed_out, {
  message: 'shop.example.com did not respond. Check that the server is up, then retry.',
});

export const DescribeUpload = () =>
  applyDecorators(
    ApiOperation({
      summary: 'Upload a catalog',
      description:
        'Stores the product file as the shop exports it and responds at once; the images are compressed in the background. An image whose cell entry cannot be read fails, and all others are compressed. A rejected upload stores nothing. To try it with a Shopify export, choose the file and leave all other fields empty.',
    }),
    ApiConsumes('multipart/form-data'),
    ApiBody({ type: UploadForm }),
    ApiHeader({
      name: 'Idempotency-Key',
      required: false,
      description:
        '1 to 255 visible ASCII characters, e.g. a new UUID. The same file with the same options and key within 24 hours gets the first response again, with `Idempotent-Replayed: true` and without `webhook_secret`; nothing is stored twice.',
      schema: { type: 'string' },
    }),
    ApiExtraModels(FileRefusedDto, OutputOptions, ProblemDto, UploadCheckedDto),
    ApiResponse({
      status: 202,
      description: 'Accepted.',
      type: UploadAcceptedDto,
      headers: { Location: { description: 'URL of the status.', schema: { type: 'string' } } },
    }),
    ApiResponse({
      status: 200,
      description:
        'A dry run: nothing was stored. With `Accept: text/csv` it returns all problems as CSV (at most 1,000,000), even for a file that would be rejected because of them.',
      content: {
        'application/json': { schema: { $ref: getSchemaPath(UploadCheckedDto) } },
        'text/csv': { schema: { type: 'string' }, example: PROBLEMS_EXAMPLE },
      },
    }),
    problems(
      400,
      'The product file, its link or an option cannot be used.',
      ROWS_INVALID,
      UPLOAD_ERRORS.file_missing,
      UNKNOWN_COLUMN,
      new OptionAfterFileError(['image_columns']),
      UPLOAD_ERRORS.catalog_url_not_a_file,
      new CatalogUrlFailedError(DENIED),
      new UnknownOptionError(['qualty'], ['quality', 'format', '…']),
      invalidParameter('quality', 'quality must be at most 100'),
      new WebhookUrlDeniedError(DENIED),
    ),
    problems(
      409,
      'An upload with this `Idempotency-Key` is in progress.',
      UPLOAD_ERRORS.idempotency_key_in_use,
    ),
    problems(413, 'Larger than MAX_UPLOAD_BYTES.', new UploadTooLargeError(512 * 1024 * 1024)),
    problems(
      415,
      'Not a product file, or not a multipart form.',
      NOT_PRODUCTS,
      UPLOAD_ERRORS.not_multipart,
    ),
    problems(
      422,
      'The `Idempotency-Key` was used for a different upload.',
      UPLOAD_ERRORS.idempotency_key_reused,
    ),
    problems(
      429,
      'Too many concurrent uploads, or too much open work of this API key.',
      CONCURRENCY_ERRORS.too_many_uploads,
      CONCURRENCY_ERRORS.upload_displaced,
      new TooManyOpenRequestsError(1000),
      new TooManyOpenImagesError(5_000_000),
    ),
    problems(
      502,
      'The server behind `catalog_url` did not deliver the file.',
      new CatalogUrlFailedError(UNREACHABLE),
    ),
    problems(503, 'PostgreSQL is unavailable.', DATABASE_UNAVAILABLE),
  );
