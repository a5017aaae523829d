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
const IMAGES = 'https://images.example.com/images';

const OUTPUT_EXAMPLE = `S. No.,Product Name,Input Image Urls,Output Image Urls
1,SKU1,"https://shop.example.com/a.jpg,https://shop.example.com/b.png","${IMAGES}/9f2c….jpg,${IMAGES}/07ab….png"
2,SKU2,"https://shop.example.com/gone.jpg,https://shop.example.com/c.jpg",",${IMAGES}/51de….jpg"
`;
const ERRORS_EXAMPLE = `S. No.,Product Name,Input Image Urls,Error Row,Error Column,Error Code,Error Message
2,SKU2,https://shop.example.com/gone.jpg,2,Input Image Urls,http_404,The server says there is no such image.
`;

const REPLACE_EXAMPLE = `Handle,Title,Image Src,Image Position,Variant Image
stone-mug,Stone mug,${IMAGES}/9f2c….jpg,1,${IMAGES}/07ab….png
desk-clock,Desk clock,https://shop.example.com/gone.jpg,1,
`;
const XLSX = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';

const INVALID_SWITCH = invalidParameter('raw', 'raw must be true or false');
const NOT_FINISHED = new DownloadNotReadyError({
  id: ID,
  imagesTotal: 200,
  imagesCompleted: 118,
  imagesFailed: 3,
  imagesCancelled: 0,
});
const INCOMPLETE = new ExportIncompleteError('rows', 200, 180);
const COMPLETENESS = `A download that can't be completed never ends normally: its connection is reset. Some proxies hide that, for example nginx without \`proxy_http_version 1.1\`.`;
const LIMITS = `A client that reads fewer than \`EXPORT_MIN_BYTES_PER_SECOND\` is disconnected. A download waits up to \`EXPORT_QUEUE_SECONDS\` for a free slot.`;

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
      description: 'The file, as an attachment.',
      headers: {
        'Pressroom-Rows': {
          description:
            'Number of data rows: CSV records after the header. A record with a line end in a cell counts once. The file is complete when it has as many, ends with a line end, and leaves no quote open. For `HEAD`, on the output file only.',
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
        [XLSX]: { schema: { type: 'string', format: 'binary' } },
      },
    }),
    ApiResponse({ status: 304, description: 'The file has not changed since that `ETag`.' }),
    DescribeProblems(
      path,
      MALFORMED_ID,
      INVALID_SWITCH,
      REQUEST_NOT_FOUND,
      NOT_FINISHED,
      SheetLimitError.tooManyRows(2_000_001),
      CONCURRENCY_ERRORS.too_many_downloads,
      INCOMPLETE,
      DATABASE_UNAVAILABLE,
    ),
  );
}

export const DescribeOutput = () =>
  applyDecorators(
    ApiOperation({
      summary: 'Download the output file',
      description: `Every column, cell and row as uploaded, in one of two modes:

- \`output=append\` adds a column with the output URLs. With one image column it is \`Output Image Urls\`; with several, each has one of its own, such as \`Output Image Src\`. Its entries have the order of the cell's entries; a failed image leaves its entry empty. Columns of an earlier output are overwritten.
- \`output=replace\` puts the output URLs where the input URLs are and keeps everything else: lists, JSON, what precedes the header. The shop imports the file. A failed image keeps its URL.

\`format=xlsx\` answers an Excel file, whose cells are all text; it is the default for an uploaded Excel file. A sheet ends at 1,048,576 rows and a cell at 32,767 characters.

\`detail=true\` adds \`Image Status\`, \`Bytes In\`, \`Bytes Out\`, \`Saved Percent\` and \`Error Code\`, with one entry for each entry of the image cells, and \`Error Message\`, whose entries stand between \` | \`. With several image columns, the entries of one column follow those of the column before. The last two are empty when no image of the row failed.

A CSV is written with the delimiter and line ends of the upload, in UTF-8. In \`append\`, cells that a spreadsheet would run as a formula get an apostrophe in front; \`raw=true\` leaves them as they are. \`replace\` changes no cell that way.

\`Pressroom-Rows\` announces the number of data rows. ${COMPLETENESS} Compare the count to be certain. ${LIMITS} \`EXPORT_TIMEOUT_SECONDS\` limits the whole download.`,
    }),
    DescribeFile(`/download/${ID}`, { append: OUTPUT_EXAMPLE, replace_shopify: REPLACE_EXAMPLE }),
  );

export const DescribeErrors = () =>
  applyDecorators(
    ApiOperation({
      summary: 'Download the rows with failed images',
      description: `The cell of each image column holds the failed URLs of that row alone; cells of columns without a failure are empty. \`Error Row\` is the row of the upload, \`Error Column\` the image column of each failed image, \`Error Code\` and \`Error Message\` say why (codes separated by commas, columns and messages by \` | \`). Entries that could not be read at the upload are listed as well. When no image failed it has a header and no rows.

Correct the URLs and send the file to \`POST /requests/:id/corrections\`. \`Pressroom-Rows\` announces the number of data rows, as for the output file.`,
    }),
    DescribeFile(`/download/${ID}/errors`, { errors: ERRORS_EXAMPLE }),
  );

export const DescribeZip = () =>
  applyDecorators(
    ApiParam({ name: 'id', format: 'uuid', description: '`request_id` of the upload' }),
    ApiOperation({
      summary: 'Download the compressed images as a ZIP',
      description: `Named by row, product and position, e.g. \`0001-SKU1-1.jpg\`, in the order of the CSV, stored as they are. With \`filename_template\`, by its names, as in the URLs. An image whose file is missing in the storage has an entry \`0001-SKU1-1.jpg.missing.txt\` instead.

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
      invalidParameter('partial', 'partial must be true or false'),
      REQUEST_NOT_FOUND,
      NOT_FINISHED,
      CONCURRENCY_ERRORS.too_many_downloads,
      INCOMPLETE,
      DATABASE_UNAVAILABLE,
    ),
  );
