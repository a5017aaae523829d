import { applyDecorators } from '@nestjs/common';
import { ApiHeader, ApiOperation, ApiParam, ApiResponse } from '@nestjs/swagger';
import {
  DATABASE_UNAVAILABLE,
  type DescribedProblem,
  DescribeProblems,
  MALFORMED_ID,
  REQUEST_NOT_FOUND,
} from '../../platform/http/describe-problems.js';

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
  'Too many downloads are running. Try again in a few seconds.',
];
const INCOMPLETE: DescribedProblem = [
  500,
  'export_incomplete',
  'The download announced 200 rows, but 180 were read. Discard the file and download it again.',
];
const COMPLETENESS = `A download that can't be completed never ends normally: its connection is reset. Some proxies hide that, for example nginx without \`proxy_http_version 1.1\`.`;
const LIMITS = `A client that reads fewer than \`EXPORT_MIN_BYTES_PER_SECOND\` is disconnected. A download waits up to \`EXPORT_QUEUE_SECONDS\` for a free slot.`;

function DescribeCsv(path: string, example: string) {
  return applyDecorators(
    ApiParam({ name: 'id', format: 'uuid', description: '`request_id` of the upload' }),
    ApiHeader({ name: 'If-None-Match', required: false, description: '`ETag` of the file before' }),
    ApiResponse({
      status: 200,
      description: 'The CSV, as an attachment.',
      headers: {
        'Pressroom-Rows': {
          description:
            'Number of data rows: CSV records after the header. A record with a line end in a cell counts once. The file is complete when it has as many, ends with a line end, and leaves no quote open. For `HEAD`, on the output CSV only.',
          schema: { type: 'integer', minimum: 0, example: 2 },
        },
      },
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
      INCOMPLETE,
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

Written with the delimiter and line ends of the upload, in UTF-8. Cells that a spreadsheet would run as a formula get an apostrophe in front; \`raw=true\` leaves them as they are.

\`Pressroom-Rows\` announces the number of data rows. ${COMPLETENESS} Compare the count to be certain. ${LIMITS} \`EXPORT_TIMEOUT_SECONDS\` limits the whole download.`,
    }),
    DescribeCsv(`/download/${ID}`, OUTPUT_EXAMPLE),
  );

export const DescribeErrors = () =>
  applyDecorators(
    ApiOperation({
      summary: 'A CSV of the failed images, ready to be uploaded again',
      description: `The rows with failed images. The URL cell holds the failed URLs alone, \`Error Code\` and \`Error Message\` say why (codes separated by commas, messages by \` | \`). Uploaded as it is, it makes a request of just those images. When no image failed it has a header and no rows.

\`Pressroom-Rows\` announces the number of data rows, as for the output CSV.`,
    }),
    DescribeCsv(`/download/${ID}/errors`, ERRORS_EXAMPLE),
  );

export const DescribeZip = () =>
  applyDecorators(
    ApiParam({ name: 'id', format: 'uuid', description: '`request_id` of the upload' }),
    ApiOperation({
      summary: 'The compressed images in a ZIP',
      description: `Named by row, product and position, e.g. \`0001-SKU1-1.jpg\`, in the order of the CSV, stored as they are. An image whose file is missing in the storage has an entry \`0001-SKU1-1.jpg.missing.txt\` instead.

It is written while it is sent, so its length is not known in advance. \`Pressroom-Files\` announces the number of entries. ${COMPLETENESS} A ZIP that was cut has no directory at its end, and no program opens it. ${LIMITS}`,
    }),
    ApiResponse({
      status: 200,
      description: 'The ZIP, as an attachment.',
      headers: {
        'Pressroom-Files': {
          description:
            'Number of entries, one for each completed image. The file is complete when its directory lists as many. Not sent for `HEAD`.',
          schema: { type: 'integer', minimum: 0, example: 3 },
        },
      },
      content: { 'application/zip': { schema: { type: 'string', format: 'binary' } } },
    }),
    DescribeProblems(
      `/download/${ID}/images.zip`,
      MALFORMED_ID,
      [400, 'invalid_parameter', 'partial must be true or false'],
      REQUEST_NOT_FOUND,
      NOT_FINISHED,
      TOO_MANY,
      INCOMPLETE,
      DATABASE_UNAVAILABLE,
    ),
  );
