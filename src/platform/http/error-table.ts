import { defineErrors } from '../errors/error-definition.js';

export const HTTP_ERRORS = defineErrors(
  {
    title: 'All calls',
    intro:
      'Error responses from any endpoint. For malformed HTTP, Node.js itself returns a bare 400, 408, 417 or 431 without a code.',
  },
  {
    bad_request: {
      status: 400,
      title: 'Bad request',
      what: 'The HTTP request is malformed.',
      fix: 'Compare it with the example in `/docs`.',
    },
    malformed_id: {
      status: 400,
      title: 'Malformed ID',
      what: 'The ID in the path is not a UUID.',
      fix: 'Use the ID exactly as the API returned it.',
    },
    form_invalid: {
      status: 400,
      title: 'Form invalid',
      what: 'The multipart form is malformed or incomplete, or has too many fields or fields that are too long.',
      fix: 'Build the form with an HTTP client library.',
    },
    invalid_parameter: {
      status: 400,
      title: 'Invalid parameter',
      what: 'An option or query parameter has a value that is not allowed.',
      fix: '`errors` names the field and the allowed values.',
    },
    image_url_expired: {
      status: 403,
      title: 'Image URL expired',
      what: 'This image URL has expired.',
      fix: 'Get a new URL with GET /status/:id or GET /download/:id.',
    },
    image_url_invalid: {
      status: 403,
      title: 'Image URL invalid',
      what: 'The signature of this image URL is missing or invalid.',
      fix: 'Copy the complete URL, with "?expires=…&signature=…", from GET /status/:id or GET /download/:id.',
    },
    not_found: {
      status: 404,
      title: 'Not found',
      what: 'This path does not exist.',
      fix: 'GET /docs lists all endpoints.',
    },
    request_not_found: {
      status: 404,
      title: 'Request not found',
      what: 'There is no request with this ID.',
      fix: 'Check the ID. If the request was deleted, or its retention period has ended, upload the file again.',
      message: 'There is no request with this ID.',
    },
    method_not_allowed: {
      status: 405,
      title: 'Method not allowed',
      what: 'This path does not support this method.',
      fix: 'The `Allow` header lists the supported methods.',
    },
    request_too_slow: {
      status: 408,
      title: 'Request too slow',
      what: 'The body of this call arrived too slowly, or not at all.',
      fix: 'Send the call again.',
    },
    not_finished: {
      status: 409,
      title: 'Images not finished',
      what: 'Some images of the request are not finished.',
      fix: 'Try again after `Retry-After`. To download the finished images now, add `?partial=true`.',
    },
    payload_too_large: {
      status: 413,
      title: 'Payload too large',
      what: 'The body is larger than this endpoint accepts.',
      fix: 'Send a smaller body.',
    },
    upload_too_large: {
      status: 413,
      title: 'Upload too large',
      what: 'The file is larger than `MAX_UPLOAD_BYTES`. Nothing was stored.',
      fix: 'Split the file, or raise the limit.',
    },
    unsupported_media_type: {
      status: 415,
      title: 'Unsupported media type',
      what: 'This endpoint does not accept the `Content-Type`.',
      fix: 'See `/docs`.',
    },
    too_many_open_requests: {
      status: 429,
      title: 'Too many unfinished requests',
      what: 'This key already has `MAX_OPEN_REQUESTS` unfinished requests.',
      fix: 'Try again when one has finished, or raise the limit.',
    },
    too_many_open_images: {
      status: 429,
      title: 'Too many unfinished images',
      what: 'This key would have more than `MAX_OPEN_IMAGES` unfinished images.',
      fix: 'Try again when some have finished, upload fewer at a time, or raise the limit.',
    },
    http_error: {
      status: 500,
      title: 'Other HTTP error',
      what: 'The server rejected the call with another status.',
      fix: '`detail` states the reason.',
    },
    not_ready: {
      status: 503,
      title: 'Not ready',
      what: 'A dependency that the app requires is down (`GET /health/ready`).',
      fix: '`details` names the dependency, the reason and the fix.',
      message:
        'Work can\'t proceed. "details" names the dependency that is down, the cause and the fix.',
    },
    upload_timed_out: {
      status: 408,
      title: 'Upload timed out',
      what: 'The upload did not arrive within `UPLOAD_TIMEOUT_SECONDS`. Nothing was stored.',
      fix: 'Split the file, use a faster connection, or raise the limit.',
    },
  },
);
