import { defineErrors } from '../../platform/errors/error-definition.js';

export const OPERATOR_ERRORS = defineErrors(
  { title: 'Operator', intro: 'Error responses from the operator API.' },
  {
    pause_not_found: {
      status: 404,
      title: 'Pause not found',
      what: 'This origin or owner is not paused.',
      fix: 'GET /operator/pauses lists the active pauses.',
    },
  },
);
