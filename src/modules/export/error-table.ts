import { defineErrors } from '../../platform/errors/error-definition.js';

export const EXPORT_ERRORS = defineErrors(
  { title: 'Downloads', intro: 'Responses of `GET /download/:id` and of image URLs.' },
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
      what: 'There is no such image.',
      fix: 'Use the image URL from the output CSV or from the status of its request.',
    },
    range_not_satisfiable: {
      status: 416,
      title: 'Range not satisfiable',
      what: 'The range lies outside the image.',
      fix: 'Omit `Range`.',
    },
  },
);
