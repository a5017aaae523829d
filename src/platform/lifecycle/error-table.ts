import { defineErrors } from '../errors/error-definition.js';

export const LIFECYCLE_ERRORS = defineErrors(
  {
    title: 'Shutdown',
    intro:
      'Error responses from `GET /health/ready` and new event streams while the app is stopping.',
  },
  {
    app_stopping: {
      status: 503,
      title: 'App is stopping',
      what: 'Pressroom is shutting down. No work is lost.',
      fix: 'Try again after the restart.',
    },
  },
);
