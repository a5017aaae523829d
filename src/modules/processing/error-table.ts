import { defineErrors } from '../../platform/errors/error-definition.js';

export const PROCESSING_ERRORS = defineErrors(
  { title: 'Image processing', intro: 'Errors during image processing.' },
  {
    processing_interrupted: {
      title: 'Processing interrupted',
      what: 'Pressroom stopped unexpectedly several times while processing this image.',
      fix: 'Replace the image, then retry.',
    },
    image_taken_away: {
      retry: 'uncounted',
      title: 'Image claim lost',
      what: 'The image was canceled, removed or claimed by another worker during processing.',
      fix: '',
    },
    shared_compression_failed: {
      retry: 'uncounted',
      title: 'Shared compression failed',
      what: 'The image shared a compression with another image. The compression failed because of an output that this image does not have. Pressroom retries the image immediately.',
      fix: '',
    },
  },
);
