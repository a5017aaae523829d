import { defineErrors } from '../errors/error-definition.js';

export const CONCURRENCY_ERRORS = defineErrors(
  {
    title: 'Upload and download limits',
    intro: 'Error responses for uploads, corrections and downloads of request files.',
  },
  {
    too_many_downloads: {
      status: 429,
      title: 'Too many downloads',
      what: 'Too many downloads are running.',
      fix: 'Try again in a few seconds.',
    },
    too_many_uploads: {
      status: 429,
      retry: 'later',
      title: 'Too many uploads',
      what: 'Too many uploads are running at the same time.',
      fix: 'Try again in a moment.',
    },
    upload_displaced: {
      status: 429,
      retry: 'later',
      title: 'Upload displaced',
      what: 'The upload was stopped, because this API key used more than its share of upload slots while another key was waiting. Nothing was stored.',
      fix: 'Send the upload again after Retry-After.',
    },
  },
);
