import { defineErrors } from '../errors/error-definition.js';

export const CORRECTION_ERRORS = defineErrors(
  {
    title: 'Corrections',
    intro:
      '`POST /requests/:id/corrections` returns the first two codes for the file as a whole, and lists the other codes in `problems`. An entry that is still not a URL is listed with one of the row codes.',
  },
  {
    correction_row_missing: {
      status: 400,
      title: 'Error Row column missing',
      what: 'The file has no `Error Row` column, so it is not an errors file.',
      fix: 'Download the errors file and correct its URLs.',
    },
    correction_column_missing: {
      status: 400,
      title: 'Image columns missing',
      what: 'The file has none of the image columns of the request.',
      fix: 'Restore the names of the image columns.',
    },
    correction_row_invalid: {
      title: 'Row number invalid',
      what: '`Error Row` contains no row number.',
      fix: 'Leave the column unchanged.',
    },
    correction_count_differs: {
      title: 'Number of images differs',
      what: 'The number of images in the cell differs from the number of its failed images.',
      fix: 'Keep one URL for each failed image.',
    },
    correction_not_failed: {
      title: 'Image has not failed',
      what: 'The image has not failed, or no image in the cell has failed.',
      fix: 'Download the errors file again.',
    },
    correction_image_unknown: {
      title: 'Image unknown',
      what: 'The row has no such image, or the image belongs to another column.',
      fix: 'Use the row and position that `GET /status/:id` returns.',
    },
  },
);

export type CorrectionErrorCode = keyof typeof CORRECTION_ERRORS;
