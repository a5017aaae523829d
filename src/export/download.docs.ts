import { applyDecorators } from '@nestjs/common';
import { ApiHeader, ApiOperation, ApiParam, ApiResponse } from '@nestjs/swagger';
import {
  DATABASE_UNAVAILABLE,
  type DescribedProblem,
  DescribeProblems,
  MALFORMED_ID,
  REQUEST_NOT_FOUND,
} from '../common/http/describe-problems.js';

const ID = '019a9f3e-7c1d-7e3a-9b55-0f8a4c1d2e3f';
const IMAGES = 'https://images.example.com/images';

const OUTPUT_EXAMPLE = `S. No.,Product Name,Input Image Urls,Output Image Urls
1,SKU1,"https://shop.example.com/a.jpg,https://shop.example.com/b.png","${IMAGES}/9f2c….jpg,${IMAGES}/07ab….png"
2,SKU2,"https://shop.example.com/gone.jpg,https://shop.example.com/c.jpg",",${IMAGES}/51de….jpg"
`;
const ERRORS_EXAMPLE = `S. No.,Product Name,Input Image Urls,Error Code,Error Message
2,SKU2,https://shop.example.com/gone.jpg,http_404,The server says there is no such image.
`;

const INVALID_SWITCH: DescribedProblem = [400, 'invalid_parameter', 'raw must be true or false'];
const NOT_FINISHED: DescribedProblem = [
  409,
  'not_finished',
  `121 of 200 images are done. Try again later, watch GET /status/${ID}, or add ?partial=true for what there is.`,
];
const TOO_MANY: DescribedProblem = [
  429,
  'too_many_downloads',
  'Too many downloads are under way at the moment. Try again in a few seconds.',
];

function DescribeCsv(path: string, example: string) {
  return applyDecorators(
    ApiParam({ name: 'id', format: 'uuid', description: '`request_id` of the upload' }),
    ApiHeader({ name: 'If-None-Match', required: false, description: '`ETag` of the file before' }),
    ApiResponse({
      status: 200,
      description: 'The CSV, as an attachment.',
      content: { 'text/csv': { schema: { type: 'string' }, example } },
    }),
    ApiResponse({ status: 304, description: 'The file with that `ETag` is still the same.' }),
    DescribeProblems(
      path,
      MALFORMED_ID,
      INVALID_SWITCH,
      REQUEST_NOT_FOUND,
      NOT_FINISHED,
      TOO_MANY,
      DATABASE_UNAVAILABLE,
    ),
  );
}

export const DescribeOutput = () =>
  applyDecorators(
    ApiOperation({
      summary: 'The output CSV',
      description: `Every column, cell and row as uploaded, then \`Output Image Urls\`, whose entries stand in the order of the input URLs: an image that failed leaves its place empty. The last column of that name is ours, should the upload have had one.

\`detail=true\` adds \`Image Status\`, \`Bytes In\`, \`Bytes Out\`, \`Saved Percent\` and \`Error Code\`, aligned in the same way, and \`Error Message\`, whose entries stand between \` | \`; the last two are empty when no image of the row failed.

Written with the delimiter and line ends of the upload, in UTF-8. Cells that a spreadsheet would run as a formula get an apostrophe in front; \`raw=true\` leaves them as they are. A connection that breaks off means that the file is not whole.`,
    }),
    DescribeCsv(`/download/${ID}`, OUTPUT_EXAMPLE),
  );

export const DescribeErrors = () =>
  applyDecorators(
    ApiOperation({
      summary: 'A CSV of the failed images, ready to be uploaded again',
      description: `The rows with failed images. The URL cell holds the failed URLs alone, \`Error Code\` and \`Error Message\` say why (codes separated by commas, messages by \` | \`). Uploaded as it is, it makes a request of just those images. When no image failed it has a header and no rows.`,
    }),
    DescribeCsv(`/download/${ID}/errors`, ERRORS_EXAMPLE),
  );

export const DescribeZip = () =>
  applyDecorators(
    ApiParam({ name: 'id', format: 'uuid', description: '`request_id` of the upload' }),
    ApiOperation({
      summary: 'The compressed images in a ZIP',
      description:
        'Named by row, product and position, e.g. `0001-SKU1-1.jpg`, in the order of the CSV, stored as they are. It is made while it is sent, so its length is not known before. A connection that breaks off means that the file is not whole.',
    }),
    ApiResponse({
      status: 200,
      description: 'The ZIP, as an attachment.',
      content: { 'application/zip': { schema: { type: 'string', format: 'binary' } } },
    }),
    DescribeProblems(
      `/download/${ID}/images.zip`,
      MALFORMED_ID,
      [400, 'invalid_parameter', 'partial must be true or false'],
      REQUEST_NOT_FOUND,
      NOT_FINISHED,
      TOO_MANY,
      DATABASE_UNAVAILABLE,
    ),
  );
