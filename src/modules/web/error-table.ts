import { defineErrors } from '../../platform/errors/error-definition.js';

export const PAGE_ERRORS = defineErrors(
  { title: 'Web page', intro: 'Error responses from the page at `/`.' },
  {
    page_not_built: {
      status: 404,
      title: 'Page not built',
      what: 'The web page has not been built.',
      fix: 'Run npm run build. The API works without the page (/docs).',
    },
  },
);
