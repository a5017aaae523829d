import { defineErrors } from '../../platform/errors/error-definition.js';

export const WEBHOOK_ERRORS = defineErrors(
  {
    title: 'Webhooks',
    intro: 'Error responses from the delivery endpoints, and errors of webhook attempts.',
  },
  {
    webhook_secret_unusable: {
      title: 'Invalid webhook secret',
      what: 'The secret is not whsec_ followed by base64.',
      fix: 'Upload the file again with a valid webhook_secret.',
    },
    interrupted: {
      retry: 'later',
      title: 'Attempt interrupted',
      what: 'Pressroom stopped during this attempt.',
      fix: 'The receiver may have received the webhook. Pressroom sends it again with the same webhook-id.',
    },
    signature_invalid: {
      status: 401,
      title: 'Signature invalid',
      what: 'API keys are set, and the built-in receiver received a webhook without a valid signature from this server.',
      fix: 'Use the receiver only for webhooks from this server.',
      message:
        'If API keys are set, the built-in receiver accepts only webhooks signed by this server.',
    },
    delivery_not_found: {
      status: 404,
      title: 'Delivery not found',
      what: 'This request has no delivery with this ID.',
      fix: 'List the deliveries of the request with GET /requests/:id/deliveries.',
    },
    delivery_under_way: {
      status: 409,
      title: 'Delivery in progress',
      what: 'This delivery is being sent now.',
      fix: 'Wait for its result before you resend it.',
    },
    resend_limited: {
      status: 429,
      title: 'Too many resends',
      what: 'This delivery was resent 10 times in 10 minutes, or 60 deliveries were resent in one minute.',
      fix: 'Wait for the time in Retry-After.',
    },
  },
);
