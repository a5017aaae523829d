import { applyDecorators } from '@nestjs/common';
import { ApiExtraModels, ApiOkResponse, ApiOperation, getSchemaPath } from '@nestjs/swagger';
import {
  TooManyUploadsError,
  UploadDisplacedError,
} from '../../../platform/concurrency/upload-slots.js';
import type { AppError } from '../../../platform/errors/app-error.js';
import {
  TooManyOpenImagesError,
  TooManyOpenRequestsError,
} from '../../../platform/database/open-work-quota.js';
import {
  DATABASE_UNAVAILABLE,
  type DescribedProblem,
  DescribeProblems,
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
import { CorrectionAnswerDto, CorrectionDto, CorrectionsDto } from './corrections.dto.js';

const described = ({ status, code, message }: AppError): DescribedProblem => [
  status,
  code,
  message,
];

const ONE = {
  row: 3,
  position: 2,
  column: 'Image Src',
  url: 'https://shop.example.com/images/mug-front.jpg',
};
const MANY = {
  corrections: [
    ONE,
    { row: 7, position: 1, url: 'https://shop.example.com/images/desk-clock.jpg' },
  ],
};

export const DescribeCorrections = () =>
  applyDecorators(
    ApiExtraModels(CorrectionDto, CorrectionsDto),
    ApiOperation({
      summary: 'Correct the URLs of failed images',
      description: `Gives failed images other URLs. They join the same request, so its output is one complete file in both modes.

Send the errors file of \`GET /download/:id/errors\` with corrected URLs: rows are matched by \`Error Row\`, the entries of a cell with its failed images in order. Or send one correction, or up to 1,000, as JSON.

The request may be running or ended; it begins anew if it has ended, and its webhook is told when it ends again. Other failed images stay failed. To send the same corrections a second time changes nothing. An entry that cannot be applied is listed in \`problems\`; the others are applied.`,
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
            examples: { one: { value: ONE }, many: { value: MANY } },
          },
        },
      },
    }),
    ApiOkResponse({ type: CorrectionAnswerDto, description: 'What was corrected.' }),
    DescribeProblems(
      '/requests/019a9f3e-7c1d-7e3a-9b55-0f8a4c1d2e3f/corrections',
      MALFORMED_ID,
      described(new CorrectionsMissingError()),
      [400, 'invalid_parameter', 'row must be a row number'],
      [
        400,
        'correction_row_missing',
        'Nothing was changed. This is no errors file: it has no column "Error Row". Download the errors file and correct its URLs.',
      ],
      [
        400,
        'correction_column_missing',
        'Nothing was changed. The errors file has none of the image columns of this request: "Image Src".',
      ],
      REQUEST_NOT_FOUND,
      described(new RequestCancelledError()),
      described(new RequestBusyError()),
      described(new CorrectionsTooLargeError(2_147_483_648)),
      described(new TooManyUploadsError()),
      described(new UploadDisplacedError()),
      described(new UploadTimedOutError(1800)),
      described(new TooManyOpenRequestsError(1000)),
      described(new TooManyOpenImagesError(5_000_000)),
      DATABASE_UNAVAILABLE,
    ),
  );
