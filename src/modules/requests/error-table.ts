import { defineErrors } from '../../platform/errors/error-definition.js';

export const REQUEST_ERRORS = defineErrors(
  {
    title: 'Cancel, retry and correct',
    intro: 'Error responses from the calls that change a request.',
  },
  {
    corrections_missing: {
      status: 400,
      title: 'Corrections missing',
      what: 'The call contains no corrections.',
      fix: 'Send the errors file in the form field "file", or JSON.',
    },
    already_finished: {
      status: 409,
      title: 'Already finished',
      what: 'The request has already ended.',
      fix: 'There is nothing left to cancel.',
    },
    nothing_to_retry: {
      status: 409,
      title: 'Nothing to retry',
      what: 'No image of the request failed or was canceled.',
      fix: 'There is nothing to retry.',
    },
    request_busy: {
      status: 409,
      title: 'Request busy',
      what: 'The previous cancellation or retry of this request is still in progress.',
      fix: 'Try again in a few seconds.',
    },
    request_cancelled: {
      status: 409,
      title: 'Request canceled',
      what: 'The request was canceled, so its images cannot be corrected.',
      fix: 'Retry the request first.',
    },
  },
);
