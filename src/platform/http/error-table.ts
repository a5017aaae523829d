import { defineErrors } from '../errors/error-definition.js';

export const HTTP_ERRORS = defineErrors(
  {
    title: 'All calls',
    intro:
      'Responses of any call. Node.js itself answers malformed HTTP with a bare 400, 408, 417 or 431, without a code.',
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
      what: 'The id in the path is not a UUID.',
      fix: 'Use the id from the response that created it.',
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
      fix: '`errors` names the field and the values allowed.',
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
      what: 'There is nothing at this path.',
      fix: 'GET /docs lists every call.',
    },
    request_not_found: {
      status: 404,
      title: 'Request not found',
      what: 'There is no request with this id.',
      fix: 'Check the id. A request that was deleted or has passed its retention must be uploaded again.',
      message: 'There is no request with this id.',
    },
    method_not_allowed: {
      status: 405,
      title: 'Method not allowed',
      what: 'The path exists, but not with this method.',
      fix: 'The header `Allow` lists the methods.',
    },
    request_too_slow: {
      status: 408,
      title: 'Request too slow',
      what: 'The body of this call arrived too slowly, or not at all.',
      fix: 'Send it again.',
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
      what: 'The body is larger than this call accepts.',
      fix: 'Send a smaller body.',
    },
    upload_too_large: {
      status: 413,
      title: 'Upload too large',
      what: 'The file is larger than `MAX_UPLOAD_BYTES`. Nothing was stored.',
      fix: 'Split it, or raise the limit.',
    },
    unsupported_media_type: {
      status: 415,
      title: 'Unsupported media type',
      what: 'This call does not accept the `Content-Type`.',
      fix: 'See `/docs`.',
    },
    too_many_open_requests: {
      status: 429,
      title: 'Too many open requests',
      what: '`MAX_OPEN_REQUESTS` requests of this key are still open.',
      fix: 'Try again when one has ended, or raise the limit.',
    },
    too_many_open_images: {
      status: 429,
      title: 'Too many open images',
      what: 'More than `MAX_OPEN_IMAGES` images of this key would be open.',
      fix: 'Try again when some have ended, upload fewer at once, or raise the limit.',
    },
    http_error: {
      status: 500,
      title: 'Another HTTP error',
      what: 'The server refused the call with another status.',
      fix: '`detail` states the reason.',
    },
    not_ready: {
      status: 503,
      title: 'Not ready',
      what: 'A dependency that the app needs is down (`GET /health/ready`).',
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
