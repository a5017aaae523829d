import { defineErrors } from '../errors/error-definition.js';

export const AUTH_ERRORS = defineErrors(
  { title: 'Access', intro: 'Error responses from any endpoint that requires a key.' },
  {
    api_key_missing: {
      status: 401,
      title: 'API key missing',
      what: 'This call needs an API key.',
      fix: 'Send it as "Authorization: Bearer <key>" or "X-API-Key: <key>".',
    },
    api_key_invalid: {
      status: 401,
      title: 'API key invalid',
      what: 'This API key is not valid.',
      fix: 'Ask the administrator of this server for a valid key.',
    },
    access_token_invalid: {
      status: 401,
      title: 'Access token invalid',
      what: 'The token in this URL has expired or belongs to another request.',
      fix: 'Get a new token with POST /requests/:id/token.',
    },
    admin_key_not_configured: {
      status: 404,
      title: 'Admin key not configured',
      what: 'This server has no operator page, because no admin key is configured.',
      fix: 'Set ADMIN_API_KEY=name:key and restart Pressroom.',
    },
    admin_key_missing: {
      status: 401,
      title: 'Admin key missing',
      what: 'This call needs an admin key.',
      fix: 'Send a key from ADMIN_API_KEY as "Authorization: Bearer <key>", or sign in at /operator.',
    },
    admin_key_required: {
      status: 403,
      title: 'Admin key required',
      what: 'An API key does not give access to operator functions.',
      fix: 'Use a key from ADMIN_API_KEY.',
    },
    admin_key_not_accepted: {
      status: 403,
      title: 'Admin key not accepted',
      what: 'An admin key gives access only to operator functions. It does not own any requests.',
      fix: 'Use a key from API_KEYS for this call.',
    },
    cross_site_call: {
      status: 403,
      title: 'Cross-site call',
      what: 'A page on another site made the browser call a server without API keys.',
      fix: 'Call the API from the page of this server or from a program, or set `API_KEYS`.',
      message:
        'A page on another site made this call. Without API_KEYS, Pressroom accepts only calls from its own page and from clients that are not browsers.',
    },
    host_not_allowed: {
      status: 403,
      title: 'Host not allowed',
      what: 'Without API keys, the `Host` of a call must be a known name (protection against DNS rebinding).',
      fix: 'Add the name to `ALLOWED_HOSTS`, set `PUBLIC_URL`, or set `API_KEYS`.',
    },
    rate_limited: {
      status: 429,
      title: 'Rate limited',
      what: 'The key made more calls in a minute than `RATE_LIMIT_PER_MINUTE`.',
      fix: 'Call again after `Retry-After`, or raise the limit.',
    },
  },
);
