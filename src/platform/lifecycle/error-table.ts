import { defineErrors } from '../errors/error-definition.js';

export const LIFECYCLE_ERRORS = defineErrors(
  {
    title: 'Shutdown',
    intro: 'Responses of `GET /health/ready` and of new event streams while the app stops.',
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
