import { defineErrors } from '../errors/error-definition.js';

export const FILE_ERRORS = defineErrors(
  {
    title: 'The product file as a whole',
    intro: 'Responses of `POST /upload`. Nothing of a refused file is stored.',
  },
  {
    not_a_product_file: {
      status: 415,
      title: 'Not a product file',
      what: 'The bytes are an image, a PDF, an archive or another file without products.',
      fix: 'Export the products as CSV or Excel (.xlsx).',
    },
    html_page: {
      status: 415,
      title: 'Web page instead of a file',
      what: 'The file is a web page, often a sign-in page that was saved.',
      fix: 'Download the export again.',
    },
    csv_empty: {
      status: 400,
      title: 'Empty file',
      what: 'The file has no bytes or only blank lines.',
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
      fix: 'Name the column "Image URL", or name it in `image_columns`.',
    },
    column_unknown: {
      status: 400,
      title: 'Column unknown',
      what: '`image_columns`, `name_column` or `serial_column` names no column of the file.',
      fix: '`detail` lists the columns.',
    },
    header_row_not_found: {
      status: 400,
      title: 'Header row not found',
      what: '`header_row` is beyond the start of the file.',
      fix: 'Correct it, or leave it out.',
    },
    sheet_unknown: {
      status: 400,
      title: 'Sheet unknown',
      what: 'The Excel file has no sheet with the name in `sheet`.',
      fix: '`detail` lists the sheets.',
    },
    no_usable_image: {
      status: 400,
      title: 'No usable image',
      what: 'No row has an image that can be downloaded.',
      fix: '`detail` names the first problem.',
    },
    too_many_columns: {
      status: 400,
      title: 'Too many columns',
      what: 'A record has more cells than allowed.',
      fix: 'Check delimiter and quotes.',
    },
    record_too_long: {
      status: 400,
      title: 'Record too long',
      what: 'A record does not end.',
      fix: 'Close the quote that is left open, which is the usual cause.',
    },
    quote_unclosed: {
      status: 400,
      title: 'Quote unclosed',
      what: 'A cell starts with `"`, and the quote is never closed.',
      fix: 'Close it. Write a quote inside a cell twice.',
    },
    nul_byte: {
      status: 400,
      title: 'NUL byte',
      what: 'The file contains a NUL byte.',
      fix: 'Export it as plain text again.',
    },
    csv_rows_invalid: {
      status: 400,
      title: 'Rows invalid',
      what: 'Rows have problems, and the upload has `strict=true`. `errors` has the first 100, `error_count` their number.',
      fix: 'Correct them, or leave out `strict`.',
    },
    xlsx_encrypted: {
      status: 415,
      title: 'XLSX encrypted',
      what: 'The Excel file is protected by a password.',
      fix: 'Save a copy without a password.',
    },
    xlsx_damaged: {
      status: 400,
      title: 'XLSX damaged',
      what: 'The Excel file cannot be read; `detail` says why.',
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
      what: 'Elements of the XML are nested too deeply.',
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

export const ROW_ERRORS = defineErrors(
  {
    title: 'A row of the product file',
    intro:
      'Entries of `problems` in the answer to an upload, and errors of images. The image has failed from the start with this code; all others are compressed.',
  },
  {
    url_invalid: {
      status: 400,
      title: 'URL invalid',
      what: 'The text is not a URL.',
      fix: 'Check host and port.',
    },
    url_scheme: {
      status: 400,
      title: 'URL scheme not supported',
      what: 'The URL starts with neither `http://` nor `https://`.',
      fix: 'Use one of them.',
    },
    url_relative: {
      status: 400,
      title: 'URL relative',
      what: 'The text is a file name or a path without a host.',
      fix: 'Name the folder in `base_url`.',
    },
    url_local_path: {
      status: 400,
      title: 'Path on a computer',
      what: 'The text is a path on a computer.',
      fix: 'Use a link that starts with `https://`.',
    },
    url_too_long: {
      status: 400,
      title: 'URL too long',
      what: 'The URL is longer than 8,192 characters.',
      fix: 'Use a shorter one.',
    },
    url_user_info: {
      status: 400,
      title: 'Password in the URL',
      what: 'The URL contains a user name or password.',
      fix: 'Use a link that works without them.',
    },
    formula_without_url: {
      status: 400,
      title: 'Formula without URL',
      what: 'The formula contains no URL.',
      fix: 'Write the URL itself into the cell.',
    },
    share_link_folder: {
      status: 400,
      title: 'Link to a folder',
      what: 'The link leads to a shared folder, not to a file.',
      fix: 'Use the link of each file.',
    },
    row_has_too_many_images: {
      status: 400,
      title: 'Row has too many images',
      what: 'The row has more than 1,000 images; the others are left out.',
      fix: 'Spread them over several rows.',
    },
    row_has_extra_cells: {
      status: 400,
      title: 'Row has extra cells',
      what: 'The row has more cells than the header.',
      fix: 'Put a cell that contains the delimiter in quotes.',
    },
  },
);

export const CATALOG_WARNINGS = defineErrors(
  { title: 'Warnings of an upload', intro: 'Entries of `warnings` in the answer to an upload.' },
  {
    rows_empty: {
      title: 'Rows empty',
      what: 'Rows without any text were left out.',
      fix: '',
    },
    rows_without_image: {
      title: 'Rows without image',
      what: 'Rows have no image. Their products are kept as they are.',
      fix: '',
    },
    header_missing: {
      title: 'Header missing',
      what: 'The file has no header row; its columns were numbered.',
      fix: '',
    },
    encoding_assumed: {
      title: 'Encoding assumed',
      what: 'The file is not UTF-8, so its encoding was detected.',
      fix: 'Check accented letters, or set `encoding`.',
    },
    characters_replaced: {
      title: 'Characters replaced',
      what: 'Invalid bytes were replaced by `�`.',
      fix: '',
    },
    pictures_embedded: {
      title: 'Embedded images',
      what: 'The workbook contains embedded images, which are not read.',
      fix: 'Give each product the URL of its image.',
    },
    column_ambiguous: {
      title: 'Column ambiguous',
      what: 'Several columns could have been meant; the warning names the one that was read.',
      fix: '',
    },
    columns_by_content: {
      title: 'Columns by content',
      what: 'Columns were read because their cells contain image URLs.',
      fix: '',
    },
    columns_with_urls_not_read: {
      title: 'Columns with urls not read',
      what: 'Columns contain URLs but were not read as image columns.',
      fix: 'Name them in `image_columns` to compress them.',
    },
    columns_without_urls: {
      title: 'Columns without urls',
      what: 'Columns are named like image columns but contain no URLs.',
      fix: '',
    },
    placeholders_read_as_empty: {
      title: 'Placeholders read as empty',
      what: 'Texts such as `N/A` in an image column were read as no image.',
      fix: '',
    },
    lines_quoted: {
      title: 'Lines quoted',
      what: 'Each line of the file is one quoted cell.',
      fix: '',
    },
    quotes_escaped_by_backslash: {
      title: 'Quotes escaped by backslash',
      what: 'Quotes inside cells are escaped by a backslash.',
      fix: '',
    },
    quotes_not_doubled: {
      title: 'Quotes not doubled',
      what: 'Quotes inside quoted cells are not doubled.',
      fix: '',
    },
  },
);

export const CORRECTION_ERRORS = defineErrors(
  {
    title: 'A correction',
    intro:
      '`POST /requests/:id/corrections` answers with the first two codes for the file as a whole, and lists the others in `problems`. An entry that is still not a URL has a code of a row.',
  },
  {
    correction_row_missing: {
      status: 400,
      title: 'Column Error Row missing',
      what: 'The file has no column `Error Row`, so it is not an errors file.',
      fix: 'Download the errors file and correct its URLs.',
    },
    correction_column_missing: {
      status: 400,
      title: 'Image columns missing',
      what: 'The file has none of the image columns of the request.',
      fix: 'Keep the names of the image columns.',
    },
    correction_row_invalid: {
      title: 'Row number invalid',
      what: '`Error Row` holds no row number.',
      fix: 'Keep the column as it was.',
    },
    correction_count_differs: {
      title: 'Number of images differs',
      what: 'The cell has more or fewer images than failed there.',
      fix: 'Keep one URL for each failed image.',
    },
    correction_not_failed: {
      title: 'Image has not failed',
      what: 'The image, or every image of the cell, has not failed.',
      fix: 'Download the errors file again.',
    },
    correction_image_unknown: {
      title: 'Image unknown',
      what: 'The row has no such image, or it belongs to another column.',
      fix: 'Use the row and position that `GET /status/:id` returns.',
    },
  },
);

export const SHEET_ERRORS = defineErrors(
  {
    title: 'Excel downloads',
    intro:
      'Responses of `GET /download/:id`. After the first bytes the download is aborted instead.',
  },
  {
    xlsx_too_many_rows: {
      status: 409,
      title: 'XLSX too many rows',
      what: 'The file has more rows than an Excel sheet allows (1,048,576).',
      fix: 'Download CSV instead.',
    },
    xlsx_too_many_columns: {
      status: 409,
      title: 'XLSX too many columns',
      what: 'A row has more columns than an Excel sheet allows (16,384).',
      fix: 'Download CSV instead.',
    },
    xlsx_cell_too_long: {
      status: 409,
      title: 'XLSX cell too long',
      what: 'A cell has more characters than Excel allows (32,767).',
      fix: 'Download CSV instead.',
    },
  },
);

/** Errors of a product file, or of an errors file, as a whole. */
export const FILE_PROBLEMS = {
  ...FILE_ERRORS,
  correction_row_missing: CORRECTION_ERRORS.correction_row_missing,
  correction_column_missing: CORRECTION_ERRORS.correction_column_missing,
};

export type FileProblemCode = keyof typeof FILE_PROBLEMS;
export type RowErrorCode = keyof typeof ROW_ERRORS;
export type CatalogWarningCode = keyof typeof CATALOG_WARNINGS;
export type CorrectionErrorCode = keyof typeof CORRECTION_ERRORS;
export type SheetErrorCode = keyof typeof SHEET_ERRORS;
