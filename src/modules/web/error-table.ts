import { defineErrors } from '../../platform/errors/error-definition.js';

export const PAGE_ERRORS = defineErrors(
  { title: 'The web page', intro: 'Responses of the page at `/`.' },
  {
    page_not_built: {
      status: 404,
      title: 'Page not built',
      what: 'The web page is not built.',
      fix: 'Run npm run build; the API works without it (/docs).',
    },
  },
);
