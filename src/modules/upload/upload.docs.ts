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
  CatalogRejectedError,
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
  ProductFileRejectedError,
  UnknownOptionError,
  UploadTooLargeError,
  WebhookUrlDeniedError,
} from './upload-errors.js';
import { FileProblemDto, UploadWarningDto } from './parsed-file.dto.js';
import { HeaderColumnDto, UploadAcceptedDto, UploadCheckedDto } from './upload-response.dto.js';
import { OutputOptions } from './output-options.dto.js';
import { UploadForm } from './upload-options.dto.js';

/** Response to a rejected product file. Nothing was stored. */
export class FileRefusedDto extends ProblemDto {
  @ApiProperty({ type: [FileProblemDto], description: 'The first 100 problems.' })
  errors!: CatalogProblem[];

  @ApiProperty({ type: 'integer', description: 'Total number of problems.', example: 1 })
  error_count!: number;

  @ApiPropertyOptional({ type: [UploadWarningDto] })
  warnings?: CatalogWarning[];

  @ApiPropertyOptional({
    type: [HeaderColumnDto],
    description: 'All columns of the file, for choosing the image columns. Only in a dry run.',
  })
  header?: HeaderColumnDto[];
}

const PROBLEMS_EXAMPLE = `row,line,column,code,message,value
3,4,Image Src,url_scheme,Only http:// and https:// URLs can be downloaded. Correct the URL.,ftp://shop.example.com/mug.jpg
`;

function describeProblems(status: number, description: string, ...examples: DescribedProblem[]) {
  const schema =
    status === 400
      ? { anyOf: [{ $ref: getSchemaPath(FileRefusedDto) }, { $ref: getSchemaPath(ProblemDto) }] }
      : { $ref: getSchemaPath(ProblemDto) };
  const content = {
    'application/problem+json': { schema, examples: describeExamples('/upload', ...examples) },
  };
  return ApiResponse({ status, description, content });
}

const describeRejectedFile = (
  code: FileProblemCode,
  message: string,
  problem?: CatalogProblem,
  warnings: CatalogWarning[] = [],
) => {
  const catalogProblems = new CatalogProblems();
  if (problem) catalogProblems.addProblem(problem);
  const text = `Nothing was stored. ${message}`;
  return new ProductFileRejectedError(
    new CatalogRejectedError(code, text, catalogProblems, warnings),
    false,
  );
};

const ROWS_INVALID = describeRejectedFile(
  'csv_rows_invalid',
  'Row 3 (line 4): Only http:// and https:// URLs can be downloaded. Correct the URL.',
  {
    row: 3,
    line: 4,
    column: 'Image Src',
    code: 'url_scheme',
    message: 'Only http:// and https:// URLs can be downloaded. Correct the URL.',
    value: 'ftp://shop.example.com/mug.jpg',
  },
  [{ code: 'rows_without_image', message: '187 rows have no image.' }],
);
const UNKNOWN_COLUMN = describeRejectedFile(
  'column_unknown',
  'There is no column "Image". The file has these columns: "Handle", "Title", "Image Src".',
);
const NOT_A_PRODUCT_FILE = describeRejectedFile(
  'not_a_product_file',
  'This is a PNG image, not a product file. Export the products as CSV or Excel (.xlsx).',
);
const DENIED_ADDRESS = new AddressDeniedError('10.0.0.1', '10.0.0.1');
const UNREACHABLE_HOST = new AppError(OUTBOUND_ERRORS.connection_timed_out, {
  message: 'shop.example.com did not respond. Check that the server is up, then retry.',
});

export const DescribeUpload = () =>
  applyDecorators(
    ApiOperation({
      summary: 'Upload a catalog',
      description:
        'Stores the product file as the shop exports it and responds immediately; the images are compressed in the background. An image whose cell entry cannot be read fails, and all other images are compressed. A rejected upload stores nothing. To try it with a Shopify export, choose the file and leave all other fields empty.',
    }),
    ApiConsumes('multipart/form-data'),
    ApiBody({ type: UploadForm }),
    ApiHeader({
      name: 'Idempotency-Key',
      required: false,
      description:
        '1 to 255 visible ASCII characters, e.g. a new UUID. The same file with the same options and key within 24 hours returns the first response again, with `Idempotent-Replayed: true` and without `webhook_secret`; nothing is stored twice.',
      schema: { type: 'string' },
    }),
    ApiExtraModels(FileRefusedDto, OutputOptions, ProblemDto, UploadCheckedDto),
    ApiResponse({
      status: 202,
      description: 'The upload was accepted.',
      type: UploadAcceptedDto,
      headers: {
        Location: { description: 'URL of the request status.', schema: { type: 'string' } },
      },
    }),
    ApiResponse({
      status: 200,
      description:
        'Result of a dry run. Nothing was stored. With `Accept: text/csv`, the response lists all problems as CSV (at most 1,000,000), even if they would cause the file to be rejected.',
      content: {
        'application/json': { schema: { $ref: getSchemaPath(UploadCheckedDto) } },
        'text/csv': { schema: { type: 'string' }, example: PROBLEMS_EXAMPLE },
      },
    }),
    describeProblems(
      400,
      'The product file, its link or an option cannot be used.',
      ROWS_INVALID,
      UPLOAD_ERRORS.file_missing,
      UNKNOWN_COLUMN,
      new OptionAfterFileError(['image_columns']),
      UPLOAD_ERRORS.catalog_url_not_a_file,
      new CatalogUrlFailedError(DENIED_ADDRESS),
      new UnknownOptionError(['qualty'], ['quality', 'format', '…']),
      invalidParameter('quality', 'quality must be at most 100'),
      new WebhookUrlDeniedError(DENIED_ADDRESS),
    ),
    describeProblems(
      409,
      'An upload with this `Idempotency-Key` is in progress.',
      UPLOAD_ERRORS.idempotency_key_in_use,
    ),
    describeProblems(
      413,
      'The product file is larger than `MAX_UPLOAD_BYTES`.',
      new UploadTooLargeError(512 * 1024 * 1024),
    ),
    describeProblems(
      415,
      'The file is not a product file, or the body is not a multipart form.',
      NOT_A_PRODUCT_FILE,
      UPLOAD_ERRORS.not_multipart,
    ),
    describeProblems(
      422,
      'The `Idempotency-Key` was used for a different upload.',
      UPLOAD_ERRORS.idempotency_key_reused,
    ),
    describeProblems(
      429,
      'Too many concurrent uploads, or too much unfinished work for this API key.',
      CONCURRENCY_ERRORS.too_many_uploads,
      CONCURRENCY_ERRORS.upload_displaced,
      new TooManyOpenRequestsError(1000),
      new TooManyOpenImagesError(5_000_000),
    ),
    describeProblems(
      502,
      'The file at `catalog_url` could not be downloaded.',
      new CatalogUrlFailedError(UNREACHABLE_HOST),
    ),
    describeProblems(503, 'PostgreSQL is unavailable.', DATABASE_UNAVAILABLE),
  );
