import { defineErrors } from '../../platform/errors/error-definition.js';

export const UPLOAD_ERRORS = defineErrors(
  { title: 'Upload', intro: 'Error responses from `POST /upload`.' },
  {
    file_missing: {
      status: 400,
      title: 'File missing',
      what: 'The upload contains no product file.',
      fix: 'Send the file in the form field "file", or its URL in "catalog_url".',
    },
    file_and_catalog_url: {
      status: 400,
      title: 'File and catalog URL',
      what: 'The upload contains both a file and a catalog_url. Nothing was stored.',
      fix: 'Send either the file or `catalog_url`.',
    },
    option_after_file: {
      status: 400,
      title: 'Option after file',
      what: 'An option for reading the file follows the file, but the file is read while it arrives. Nothing was stored.',
      fix: 'Send the file last.',
    },
    catalog_url_invalid: {
      status: 400,
      title: 'Catalog URL invalid',
      what: '`catalog_url` is not a valid http or https URL.',
      fix: 'Correct the URL.',
    },
    catalog_url_denied: {
      status: 400,
      title: 'Catalog URL denied',
      what: '`catalog_url` points to a private address.',
      fix: 'Use a public URL, or have the address added to `OUTBOUND_ALLOW`.',
    },
    catalog_url_not_a_file: {
      status: 400,
      title: 'Catalog URL not a file',
      what: 'The link leads to a web page, not to a product file. Nothing was stored.',
      fix: 'Share the file so that anyone with the link can view it, or use the direct download link.',
    },
    catalog_url_failed: {
      status: 400,
      title: 'Catalog URL failed',
      what: 'The file at `catalog_url` could not be downloaded. The status is 502 if a later attempt may succeed.',
      fix: 'Fix the cause stated in `detail`, then upload again.',
    },
    unexpected_file: {
      status: 400,
      title: 'File in the wrong field',
      what: 'The file is in the wrong form field.',
      fix: 'Send the product file in the field `file`.',
    },
    too_many_files: {
      status: 400,
      title: 'Too many files',
      what: 'The form contains more than one file.',
      fix: 'Send one product file at a time.',
      message: 'The form contains more than one file. Send one product file at a time.',
    },
    unknown_option: {
      status: 400,
      title: 'Unknown option',
      what: 'A form field has a name that is not an option.',
      fix: '`detail` suggests a similar name. `/docs` describes all options.',
    },
    filename_template_unsupported: {
      status: 400,
      title: 'File name template unsupported',
      what: 'Images are delivered directly from the bucket (`S3_DELIVERY=direct`), whose URLs have no file names. Nothing was stored.',
      fix: 'Omit `filename_template`, or have `S3_DELIVERY` set to `redirect` or `proxy`.',
    },
    webhook_url_invalid: {
      status: 400,
      title: 'Webhook URL invalid',
      what: '`webhook_url` is not a valid http or https URL.',
      fix: 'Correct the URL.',
    },
    webhook_url_denied: {
      status: 400,
      title: 'Webhook URL denied',
      what: '`webhook_url` points to a private address.',
      fix: 'Use a public URL, or have the address added to `OUTBOUND_ALLOW`.',
    },
    not_multipart: {
      status: 415,
      title: 'Not multipart',
      what: 'The body is not `multipart/form-data`.',
      fix: 'Send a form with the product file in the field `file`.',
      message:
        'An upload must be multipart/form-data with the product file in the field "file", e.g. curl -F file=@products.csv.',
    },
    idempotency_key_invalid: {
      status: 400,
      title: 'Idempotency key invalid',
      what: '`Idempotency-Key` is not 1 to 255 visible ASCII characters.',
      fix: 'Use a new UUID for each upload.',
      message:
        'Idempotency-Key must be 1 to 255 visible ASCII characters, and new for each upload. Use a UUID.',
    },
    idempotency_key_in_use: {
      status: 409,
      title: 'Idempotency key in use',
      what: 'An upload with this Idempotency-Key is in progress.',
      fix: 'Repeat the upload later to get its response.',
    },
    idempotency_key_reused: {
      status: 422,
      title: 'Idempotency key reused',
      what: 'This Idempotency-Key was used within the last 24 hours for a different file or different options.',
      fix: 'Use a new key for a new upload.',
    },
  },
);
