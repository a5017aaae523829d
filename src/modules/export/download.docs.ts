import { applyDecorators } from '@nestjs/common';
import { ApiHeader, ApiOperation, ApiParam, ApiResponse } from '@nestjs/swagger';
import {
  DATABASE_UNAVAILABLE,
  DescribeProblems,
  invalidParameter,
  MALFORMED_ID,
  REQUEST_NOT_FOUND,
} from '../../platform/http/describe-problems.js';
import { CONCURRENCY_ERRORS } from '../../platform/concurrency/error-table.js';
import { DownloadNotReadyError, ExportIncompleteError, SheetLimitError } from './export-errors.js';

const ID = '019a9f3e-7c1d-7e3a-9b55-0f8a4c1d2e3f';
const IMAGES_URL = 'https://images.example.com/images';

const OUTPUT_EXAMPLE = `S. No.,Product Name,Input Image Urls,Output Image Urls
1,SKU1,"https://shop.example.com/a.jpg,https://shop.example.com/b.png","${IMAGES_URL}/9f2c….jpg,${IMAGES_URL}/07ab….png"
2,SKU2,"https://shop.example.com/gone.jpg,https://shop.example.com/c.jpg",",${IMAGES_URL}/51de….jpg"
`;
const ERRORS_EXAMPLE = `S. No.,Product Name,Input Image Urls,Error Row,Error Column,Error Code,Error Message
2,SKU2,https://shop.example.com/gone.jpg,2,Input Image Urls,http_404,The server returned 404: there is no file at this URL.
`;

const REPLACE_EXAMPLE = `Handle,Title,Image Src,Image Position,Variant Image
stone-mug,Stone mug,${IMAGES_URL}/9f2c….jpg,1,${IMAGES_URL}/07ab….png
desk-clock,Desk clock,https://shop.example.com/gone.jpg,1,
`;
const XLSX_CONTENT_TYPE = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';

const INVALID_RAW = invalidParameter('raw', 'raw must be true or false');
const NOT_FINISHED_ERROR = new DownloadNotReadyError({
  id: ID,
  imagesTotal: 200,
  imagesCompleted: 118,
  imagesFailed: 3,
  imagesCancelled: 0,
});
const INCOMPLETE_ERROR = new ExportIncompleteError('rows', 200, 180);
const COMPLETENESS_NOTE = `If a download can't be completed, the server resets the connection. Some proxies hide this, for example nginx without \`proxy_http_version 1.1\`.`;
const LIMITS_NOTE = `A client that reads more slowly than \`EXPORT_MIN_BYTES_PER_SECOND\` is disconnected. A download waits up to \`EXPORT_QUEUE_SECONDS\` for a free slot.`;

function DescribeFile(path: string, examples: Record<string, string>) {
  return applyDecorators(
    ApiParam({ name: 'id', format: 'uuid', description: '`request_id` of the upload' }),
    ApiHeader({
      name: 'If-None-Match',
      required: false,
      description: '`ETag` of the previous download',
    }),
    ApiResponse({
      status: 200,
      description: 'The file as an attachment',
      headers: {
        'Pressroom-Rows': {
          description:
            'Number of data rows (CSV records after the header). A record with a line break in a cell counts once. A complete file has this number of rows, ends with a line break and closes every quote. In response to `HEAD`, only the output file has this header.',
          schema: { type: 'integer', minimum: 0, example: 2 },
        },
      },
      content: {
        'text/csv': {
          schema: { type: 'string' },
          examples: Object.fromEntries(
            Object.entries(examples).map(([name, value]) => [name, { value }]),
          ),
        },
        [XLSX_CONTENT_TYPE]: { schema: { type: 'string', format: 'binary' } },
      },
    }),
    ApiResponse({
      status: 304,
      description: 'The file has not changed since the download with this `ETag`.',
    }),
    DescribeProblems(
      path,
      MALFORMED_ID,
      INVALID_RAW,
      REQUEST_NOT_FOUND,
      NOT_FINISHED_ERROR,
      SheetLimitError.tooManyRows(2_000_001),
      CONCURRENCY_ERRORS.too_many_downloads,
      INCOMPLETE_ERROR,
      DATABASE_UNAVAILABLE,
    ),
  );
}

export const DescribeOutput = () =>
  applyDecorators(
    ApiOperation({
      summary: 'Download the output file',
      description: `Returns every column, cell and row as uploaded, in one of two modes:

- \`output=append\` adds a column with the output URLs. For one image column, its name is \`Output Image Urls\`. Several image columns each get their own, such as \`Output Image Src\`. Entries have the same order as in the input cell; a failed image leaves an empty entry. Columns from an earlier output are overwritten.
- \`output=replace\` replaces the input URLs with the output URLs and keeps everything else: lists, JSON, and lines before the header. The shop platform can import the file. A failed image keeps its input URL.

\`format=xlsx\` returns an Excel file in which all cells are text. This is the default for an uploaded Excel file. A sheet has at most 1,048,576 rows, and a cell at most 32,767 characters.

\`detail=true\` adds \`Image Status\`, \`Bytes In\`, \`Bytes Out\`, \`Saved Percent\` and \`Error Code\`, with one entry for each entry of the image cells, and \`Error Message\`, whose entries are separated by \` | \`. With several image columns, the entries of each column follow the entries of the previous column. \`Error Code\` and \`Error Message\` are empty if no image in the row failed.

A CSV file is encoded in UTF-8, with the delimiter and line endings of the upload. In \`append\`, cells that a spreadsheet application would evaluate as a formula get a leading apostrophe; \`raw=true\` leaves them unchanged. \`replace\` never adds an apostrophe.

\`Pressroom-Rows\` contains the number of data rows. ${COMPLETENESS_NOTE} Compare the number to be certain. ${LIMITS_NOTE} \`EXPORT_TIMEOUT_SECONDS\` limits the duration of the download.`,
    }),
    DescribeFile(`/download/${ID}`, { append: OUTPUT_EXAMPLE, replace_shopify: REPLACE_EXAMPLE }),
  );

export const DescribeErrors = () =>
  applyDecorators(
    ApiOperation({
      summary: 'Download the rows with failed images',
      description: `Each image cell contains only the failed URLs of its row; cells of columns without a failure are empty. \`Error Row\` contains the row number in the upload, and \`Error Column\` the image column of each failed image. \`Error Code\` and \`Error Message\` state the reason (codes separated by commas, columns and messages by \` | \`). The file also lists entries that could not be read during the upload. If no image failed, the file contains only a header.

Correct the URLs and send the file to \`POST /requests/:id/corrections\`. \`Pressroom-Rows\` contains the number of data rows, as for the output file.`,
    }),
    DescribeFile(`/download/${ID}/errors`, { errors: ERRORS_EXAMPLE }),
  );

export const DescribeZip = () =>
  applyDecorators(
    ApiParam({ name: 'id', format: 'uuid', description: '`request_id` of the upload' }),
    ApiOperation({
      summary: 'Download the compressed images as a ZIP',
      description: `Images are named by row, product and position, e.g. \`0001-SKU1-1.jpg\`, in the order of the CSV. The ZIP does not compress them further. With \`filename_template\`, images have the same names as in their URLs. If the file of an image is missing from storage, the ZIP contains an entry \`0001-SKU1-1.jpg.missing.txt\` instead.

The ZIP is created while it is sent, so its length is not known in advance. \`Pressroom-Files\` contains the number of entries. ${COMPLETENESS_NOTE} A truncated ZIP has no central directory and cannot be opened. ${LIMITS_NOTE}`,
    }),
    ApiResponse({
      status: 200,
      description: 'The ZIP as an attachment',
      headers: {
        'Pressroom-Files': {
          description:
            'Number of entries, one for each completed image. The central directory of a complete ZIP lists this number of entries. Not sent in response to `HEAD`.',
          schema: { type: 'integer', minimum: 0, example: 3 },
        },
      },
      content: { 'application/zip': { schema: { type: 'string', format: 'binary' } } },
    }),
    DescribeProblems(
      `/download/${ID}/images.zip`,
      MALFORMED_ID,
      invalidParameter('partial', 'partial must be true or false'),
      REQUEST_NOT_FOUND,
      NOT_FINISHED_ERROR,
      CONCURRENCY_ERRORS.too_many_downloads,
      INCOMPLETE_ERROR,
      DATABASE_UNAVAILABLE,
    ),
  );
