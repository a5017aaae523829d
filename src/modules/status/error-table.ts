import { defineErrors } from '../../platform/errors/error-definition.js';

export const STATUS_ERRORS = defineErrors(
  {
    title: 'Status',
    intro:
      'Error responses from `GET /status/:id`, `GET /requests` and `GET /requests/:id/events`.',
  },
  {
    invalid_cursor: {
      status: 400,
      title: 'Invalid cursor',
      what: 'The cursor was not issued by this server.',
      fix: 'Send the next_cursor of the previous page unchanged, or omit cursor to start from the first page.',
    },
    too_many_listeners: {
      status: 429,
      title: 'Too many listeners',
      what: 'Too many clients are listening for events.',
      fix: 'Poll GET /status/:id?limit=0 instead.',
    },
  },
);

export const STATISTICS_WARNINGS = defineErrors(
  {
    title: 'Statistics warnings',
    intro:
      'Entries of `warnings` in `GET /requests/:id/statistics`. The affected images have the status `completed`.',
  },
  {
    placeholder_suspected: {
      title: 'Placeholder suspected',
      what: '30 or more different URLs of a host returned the same image.',
      fix: 'Open one of the URLs. If the image is a placeholder or a hotlink warning, set `REFERER` or correct the URLs.',
    },
  },
);
