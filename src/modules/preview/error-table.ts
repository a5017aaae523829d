import { defineErrors } from '../../platform/errors/error-definition.js';

export const PREVIEW_ERRORS = defineErrors(
  { title: 'Preview', intro: 'Error responses from `POST /preview`.' },
  {
    too_many_previews: {
      status: 429,
      title: 'Too many previews',
      what: 'Too many previews are running.',
      fix: 'Try again in a few seconds.',
    },
  },
);
