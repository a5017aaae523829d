import { defineErrors } from '../../platform/errors/error-definition.js';

export const EXPORT_ERRORS = defineErrors(
  { title: 'Downloads', intro: 'Error responses from `GET /download/:id` and image URLs.' },
  {
    export_incomplete: {
      status: 500,
      title: 'Export incomplete',
      what: 'The rows or images of the request changed during the download.',
      fix: 'Discard the file and download it again.',
    },
    image_not_found: {
      status: 404,
      title: 'Image not found',
      what: 'The image does not exist.',
      fix: 'Use the image URL from the output CSV or from the status of its request.',
    },
    range_not_satisfiable: {
      status: 416,
      title: 'Range not satisfiable',
      what: 'The requested range is outside the image.',
      fix: 'Omit the `Range` header.',
    },
  },
);
