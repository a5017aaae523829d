import { applyDecorators } from '@nestjs/common';
import { ApiExtraModels, ApiOkResponse, ApiOperation, getSchemaPath } from '@nestjs/swagger';
import {
  TooManyUploadsError,
  UploadDisplacedError,
} from '../../../platform/concurrency/upload-slots.js';
import {
  TooManyOpenImagesError,
  TooManyOpenRequestsError,
} from '../../../platform/http/open-work-errors.js';
import {
  DATABASE_UNAVAILABLE,
  DescribeProblems,
  invalidParameter,
  MALFORMED_ID,
  REQUEST_NOT_FOUND,
} from '../../../platform/http/describe-problems.js';
import { UploadTimedOutError } from '../../../platform/http/min-upload-speed.js';
import { RequestBusyError } from '../lifecycle-errors.js';
import {
  CorrectionsMissingError,
  CorrectionsTooLargeError,
  RequestCancelledError,
} from './correction-errors.js';
import { CorrectionResultDto, CorrectionDto, CorrectionsDto } from './corrections.dto.js';
import { CORRECTION_ERRORS } from '../../../platform/catalog/correction-error-table.js';

const CORRECTION_EXAMPLE = {
  row: 3,
  position: 2,
  column: 'Image Src',
  url: 'https://shop.example.com/images/mug-front.jpg',
};
const CORRECTIONS_EXAMPLE = {
  corrections: [
    CORRECTION_EXAMPLE,
    { row: 7, position: 1, url: 'https://shop.example.com/images/desk-clock.jpg' },
  ],
};

export const DescribeCorrections = () =>
  applyDecorators(
    ApiExtraModels(CorrectionDto, CorrectionsDto),
    ApiOperation({
      summary: 'Correct the URLs of failed images',
      description: `Replaces the URLs of failed images. The images stay in their request, so its output remains one complete file.

Send the errors file from \`GET /download/:id/errors\` with corrected URLs. Pressroom finds the rows by \`Error Row\` and matches the entries of a cell with its failed images in order. Alternatively, send up to 1,000 corrections as JSON.

The request may be running or ended. An ended request restarts, and its webhook is called when it ends again. Other failed images stay failed. The call is idempotent. Entries that cannot be applied are listed in \`problems\`. All other entries are applied.`,
      requestBody: {
        required: true,
        content: {
          'multipart/form-data': {
            schema: {
              type: 'object',
              required: ['file'],
              properties: {
                file: {
                  type: 'string',
                  format: 'binary',
                  description: 'The errors file as CSV or Excel.',
                },
              },
            },
          },
          'application/json': {
            schema: {
              oneOf: [
                { $ref: getSchemaPath(CorrectionDto) },
                { $ref: getSchemaPath(CorrectionsDto) },
              ],
            },
            examples: { one: { value: CORRECTION_EXAMPLE }, many: { value: CORRECTIONS_EXAMPLE } },
          },
        },
      },
    }),
    ApiOkResponse({ type: CorrectionResultDto, description: 'Result of the corrections' }),
    DescribeProblems(
      '/requests/019a9f3e-7c1d-7e3a-9b55-0f8a4c1d2e3f/corrections',
      MALFORMED_ID,
      new CorrectionsMissingError(),
      invalidParameter('row', 'row must be a row number'),
      CORRECTION_ERRORS.correction_row_missing,
      CORRECTION_ERRORS.correction_column_missing,
      REQUEST_NOT_FOUND,
      new RequestCancelledError(),
      new RequestBusyError(),
      new CorrectionsTooLargeError(2_147_483_648),
      new TooManyUploadsError(),
      new UploadDisplacedError(),
      new UploadTimedOutError(1800),
      new TooManyOpenRequestsError(1000),
      new TooManyOpenImagesError(5_000_000),
      DATABASE_UNAVAILABLE,
    ),
  );
