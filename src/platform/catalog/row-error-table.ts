import { defineErrors } from '../errors/error-definition.js';

export const ROW_ERRORS = defineErrors(
  {
    title: 'Rows of the product file',
    intro:
      'Entries of `problems` in the response to an upload, and image errors. An image with one of these codes fails at upload; all other images are compressed.',
  },
  {
    url_invalid: {
      status: 400,
      title: 'URL invalid',
      what: 'The text is not a URL.',
      fix: 'Check the host name and port.',
    },
    url_scheme: {
      status: 400,
      title: 'URL scheme not supported',
      what: 'The URL starts with neither `http://` nor `https://`.',
      fix: 'Use a URL that starts with `https://`.',
    },
    url_relative: {
      status: 400,
      title: 'URL relative',
      what: 'The text is a file name or a path without a host.',
      fix: 'Set `base_url` to the URL of the folder.',
    },
    url_local_path: {
      status: 400,
      title: 'Local file path',
      what: 'The text is a local file path, not a URL.',
      fix: 'Use a URL that starts with `https://`.',
    },
    url_too_long: {
      status: 400,
      title: 'URL too long',
      what: 'The URL is longer than 8,192 characters.',
      fix: 'Use a shorter URL.',
    },
    url_user_info: {
      status: 400,
      title: 'Password in the URL',
      what: 'The URL contains a user name or password.',
      fix: 'Use a URL that works without them.',
    },
    formula_without_url: {
      status: 400,
      title: 'Formula without a URL',
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
      what: 'The row has more than 1,000 images; the rest are ignored.',
      fix: 'Split the images across several rows.',
    },
    row_has_extra_cells: {
      status: 400,
      title: 'Row has extra cells',
      what: 'The row has more cells than the header.',
      fix: 'Quote each cell that contains the delimiter.',
    },
  },
);

/** Exported for `npm run reference`, which lists every exported table. */
export const CATALOG_WARNINGS = defineErrors(
  { title: 'Upload warnings', intro: 'Entries of `warnings` in the response to an upload.' },
  {
    rows_empty: {
      title: 'Rows empty',
      what: 'Rows without any text were skipped.',
      fix: '',
    },
    rows_without_image: {
      title: 'Rows without an image',
      what: 'Some rows have no image. Their products are kept unchanged.',
      fix: '',
    },
    links_expired: {
      title: 'Links expired',
      what: 'Some signed links have expired. Their images will probably fail with `link_expired`.',
      fix: 'Export the catalog again and upload it before the links expire.',
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
      fix: 'Add the URL of each image to its product.',
    },
    column_ambiguous: {
      title: 'Column ambiguous',
      what: 'Several columns matched; the warning names the one that was used.',
      fix: '',
    },
    columns_by_content: {
      title: 'Columns by content',
      what: 'Columns were read as image columns because their cells contain image URLs.',
      fix: '',
    },
    columns_with_urls_not_read: {
      title: 'URL columns not read',
      what: 'Columns contain URLs but were not read as image columns.',
      fix: 'To compress their images, list the columns in `image_columns`.',
    },
    columns_without_urls: {
      title: 'Columns without URLs',
      what: 'Columns are named like image columns but contain no URLs.',
      fix: '',
    },
    placeholders_read_as_empty: {
      title: 'Placeholders read as empty',
      what: 'Values such as `N/A` in an image column were treated as "no image".',
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

export type RowErrorCode = keyof typeof ROW_ERRORS;
export type CatalogWarningCode = keyof typeof CATALOG_WARNINGS;
