import { defineErrors } from '../errors/error-definition.js';

export const FILE_ERRORS = defineErrors(
  {
    title: 'Product file',
    intro: 'Error responses from `POST /upload`. A rejected file is never stored.',
  },
  {
    not_a_product_file: {
      status: 415,
      title: 'Not a product file',
      what: 'The file is an image, a PDF, an archive or another file without products.',
      fix: 'Export the products as CSV or Excel (.xlsx).',
    },
    html_page: {
      status: 415,
      title: 'Web page instead of a file',
      what: 'The file is a web page, often a saved sign-in page.',
      fix: 'Download the export again.',
    },
    csv_empty: {
      status: 400,
      title: 'Empty file',
      what: 'The file is empty or contains only blank lines.',
      fix: 'Check the export.',
    },
    csv_without_rows: {
      status: 400,
      title: 'No products',
      what: 'The file has a header but no products.',
      fix: 'Check the export.',
    },
    column_missing: {
      status: 400,
      title: 'No image column',
      what: 'No column contains image URLs.',
      fix: 'Rename the image column to "Image URL", or specify it in `image_columns`.',
    },
    column_unknown: {
      status: 400,
      title: 'Column unknown',
      what: '`image_columns`, `name_column` or `serial_column` names a column that the file does not have.',
      fix: 'Use a column that `detail` lists.',
    },
    header_row_not_found: {
      status: 400,
      title: 'Header row not found',
      what: '`header_row` is not among the first rows of the file.',
      fix: 'Correct `header_row`, or omit it.',
    },
    sheet_unknown: {
      status: 400,
      title: 'Sheet unknown',
      what: 'The Excel file has no sheet with the name that `sheet` specifies.',
      fix: 'Use a sheet that `detail` lists.',
    },
    no_usable_image: {
      status: 400,
      title: 'No usable image',
      what: 'No row has an image that can be downloaded.',
      fix: 'Start with the first problem, which `detail` describes.',
    },
    too_many_columns: {
      status: 400,
      title: 'Too many columns',
      what: 'A record has more cells than allowed.',
      fix: 'Check the delimiter and the quotes.',
    },
    record_too_long: {
      status: 400,
      title: 'Record too long',
      what: 'A record is too long, usually because a quote is never closed.',
      fix: 'Close the quote.',
    },
    quote_unclosed: {
      status: 400,
      title: 'Unclosed quote',
      what: 'A cell starts with `"`, and the quote is never closed.',
      fix: 'Close the quote. Double each quote inside a cell.',
    },
    nul_byte: {
      status: 400,
      title: 'NUL byte',
      what: 'The file contains a NUL byte.',
      fix: 'Export the file as plain text again.',
    },
    csv_rows_invalid: {
      status: 400,
      title: 'Rows invalid',
      what: 'Some rows have problems, and the upload sets `strict=true`. `errors` lists the first 100 problems, and `error_count` is the total.',
      fix: 'Correct the rows, or omit `strict`.',
    },
    xlsx_encrypted: {
      status: 415,
      title: 'XLSX encrypted',
      what: 'The Excel file is password-protected.',
      fix: 'Save a copy without a password.',
    },
    xlsx_damaged: {
      status: 400,
      title: 'XLSX damaged',
      what: 'The Excel file cannot be read; `detail` states the reason.',
      fix: 'Open it in a spreadsheet program and save it again.',
    },
    xlsx_too_large: {
      status: 413,
      title: 'XLSX too large',
      what: 'The Excel file, or its uncompressed content, is too large.',
      fix: 'Save the sheet as CSV.',
    },
    xml_invalid: {
      status: 400,
      title: 'XML invalid',
      what: 'The XML is not well-formed.',
      fix: 'Export the feed again.',
    },
    xml_doctype: {
      status: 400,
      title: 'DOCTYPE in the XML',
      what: 'The XML defines entities, which are not expanded.',
      fix: 'Export the feed without a DOCTYPE.',
    },
    xml_too_deep: {
      status: 400,
      title: 'XML too deep',
      what: 'Elements in the XML are nested too deeply.',
      fix: 'Check the export.',
    },
    xml_without_products: {
      status: 400,
      title: 'XML without products',
      what: 'The XML contains no products.',
      fix: 'Export an RSS or Atom product feed.',
    },
  },
);

export const SHEET_ERRORS = defineErrors(
  {
    title: 'Excel downloads',
    intro:
      'Error responses from `GET /download/:id`. After the first bytes have been sent, an error aborts the download instead.',
  },
  {
    xlsx_too_many_rows: {
      status: 409,
      title: 'Too many rows for XLSX',
      what: 'The file has more rows than an Excel sheet allows (1,048,576).',
      fix: 'Download CSV instead.',
    },
    xlsx_too_many_columns: {
      status: 409,
      title: 'Too many columns for XLSX',
      what: 'A row has more columns than an Excel sheet allows (16,384).',
      fix: 'Download CSV instead.',
    },
    xlsx_cell_too_long: {
      status: 409,
      title: 'Cell too long for XLSX',
      what: 'A cell has more characters than Excel allows (32,767).',
      fix: 'Download CSV instead.',
    },
  },
);

export type SheetErrorCode = keyof typeof SHEET_ERRORS;
