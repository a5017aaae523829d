import { defineErrors } from '../errors/error-definition.js';

export const CONCURRENCY_ERRORS = defineErrors(
  { title: 'Limits of downloads', intro: 'Answers of the downloads of a request.' },
  {
    too_many_downloads: {
      status: 429,
      title: 'Too many downloads',
      what: 'Too many downloads are running.',
      fix: 'Try again in a few seconds.',
    },
  },
);
