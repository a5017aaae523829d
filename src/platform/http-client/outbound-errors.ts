import { AppError } from '../errors/app-error.js';
import type { ErrorDefinition } from '../errors/error-definition.js';
import { OUTBOUND_ERRORS } from './error-table.js';
import { ROW_ERRORS } from '../catalog/row-error-table.js';
import { STORAGE_ERRORS } from '../errors/error-table.js';

/** A failed call to an external server. */
export class OutboundError extends AppError {}

export class UrlInvalidError extends OutboundError {
  constructor(reason: string) {
    super(ROW_ERRORS.url_invalid, { message: `The URL can't be used: ${reason}.` });
  }
}

export class AddressDeniedError extends OutboundError {
  /** @param address written to the log only; clients must not learn internal addresses */
  constructor(host: string, address: string) {
    super(OUTBOUND_ERRORS.address_denied, {
      message: isFakeIp(address) ? buildFakeIpMessage(host) : buildPrivateAddressMessage(host),
      cause: new Error(`${host} is ${address}`),
    });
  }
}

function buildPrivateAddressMessage(host: string): string {
  return (
    `${host} is not on the public internet, and Pressroom connects to public addresses only. ` +
    'Use a public URL, or ask the administrator of this server to add the address to OUTBOUND_ALLOW.'
  );
}

/** 198.18.0.0/15, the benchmark network of RFC 2544. */
const isFakeIp = (address: string): boolean => /^198\.1[89]\./.test(address);

function buildFakeIpMessage(host: string): string {
  return (
    `The name server returns an address in 198.18.0.0/15 for ${host}, which is typical of the fake-IP DNS of a proxy or provider. ` +
    'Exclude the host from fake-IP DNS, use another name server, or add 198.18.0.0/15 with the port to OUTBOUND_ALLOW.'
  );
}

export class RedirectError extends OutboundError {
  constructor(code: 'redirect_limit' | 'redirect_invalid' | 'redirect_insecure', message: string) {
    super(OUTBOUND_ERRORS[code], { message: `${message} Use the final URL, after all redirects.` });
  }
}

export class DownloadTimedOutError extends OutboundError {
  constructor(host: string, seconds: number) {
    super(OUTBOUND_ERRORS.download_timed_out, {
      message:
        `${host} did not send the whole file within ${seconds} s. ` +
        'Check that the URL opens quickly in a browser, then retry.',
    });
  }
}

export class DownloadTooSlowError extends OutboundError {
  constructor(host: string) {
    super(OUTBOUND_ERRORS.download_too_slow, {
      message: `${host} sent the file too slowly, or stopped before its end. Retry when the server is less busy.`,
    });
  }
}

export class DownloadTruncatedError extends OutboundError {
  constructor(host: string, cause?: unknown) {
    super(OUTBOUND_ERRORS.download_truncated, {
      message:
        `${host} closed the connection before the whole file had arrived. ` +
        'If this happens again, check the file on that server.',
      cause,
    });
  }
}

export class DownloadTooLargeError extends OutboundError {
  constructor(limitBytes: number) {
    super(OUTBOUND_ERRORS.download_too_large, {
      message:
        `The file is larger than the ${formatMegabytes(limitBytes)} MB allowed. ` +
        'Use a smaller version, or raise MAX_IMAGE_BYTES.',
    });
  }
}

export class ContentEncodingError extends OutboundError {
  constructor(host: string, encoding: string) {
    super(OUTBOUND_ERRORS.content_encoding_unsupported, {
      message:
        `${host} sent the file with "Content-Encoding: ${encoding.slice(0, 60)}", which Pressroom does not decode. ` +
        'Turn off compression for this file on that server.',
    });
  }
}

export class ContentEncodingInvalidError extends OutboundError {
  constructor(host: string, encoding: string) {
    super(OUTBOUND_ERRORS.content_encoding_invalid, {
      message:
        `${host} sent the file with "Content-Encoding: ${encoding.slice(0, 60)}", but its bytes do not match that coding. ` +
        'Correct the response headers for this file on that server.',
    });
  }
}

/**
 * The file arrived but could not be written to the local disk. The image is not at fault, so the attempt
 * is not counted.
 */
export class DownloadNotWrittenError extends OutboundError {
  constructor(cause: unknown) {
    super(STORAGE_ERRORS.download_not_written, { cause });
  }
}

/**
 * The circuit breaker rejected the request, because previous requests to the host got no response.
 * The error has the message of the last such request.
 */
export class HostDownError extends OutboundError {
  constructor(lastError: AppError) {
    const { message, cause } = lastError;
    super(lastError.definition, { status: 502, message, retry: 'later', cause });
  }
}

/**
 * Too many downloads are already waiting for a slow host. The image waits without occupying a worker. An
 * image never fails with this error.
 */
export class HostBusyError extends OutboundError {
  constructor(
    host: string,
    retryAfterMs: number,
    message = `${host} is slow and already has the maximum number of concurrent downloads. Pressroom retries the image automatically.`,
    definition: ErrorDefinition = OUTBOUND_ERRORS.host_busy,
  ) {
    super(definition, { retryAfterMs, message });
  }
}

/** The host limits requests (429, 503). An image never fails with this error. */
export class RateLimitedError extends HostBusyError {
  /** @param requestsPerMinute estimated limit of the host, in requests per minute */
  constructor(host: string, retryAfterMs: number, requestsPerMinute?: number) {
    const limitDescription =
      requestsPerMinute === undefined
        ? `${host} is limiting requests.`
        : `${host} allows about ${formatRate(requestsPerMinute)} requests a minute.`;
    const message = `${limitDescription} Pressroom retries the image automatically.`;
    super(host, retryAfterMs, message, OUTBOUND_ERRORS.host_rate_limited);
  }
}

const formatRate = (requestsPerMinute: number): string =>
  requestsPerMinute < 10 ? requestsPerMinute.toFixed(1) : String(Math.round(requestsPerMinute));

function formatMegabytes(bytes: number): string {
  return (bytes / 1024 / 1024).toLocaleString('en', { maximumFractionDigits: 1 });
}
