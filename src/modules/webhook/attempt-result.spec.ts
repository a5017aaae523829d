import { describe, expect, it } from 'vitest';
import { AppError } from '../../platform/errors/app-error.js';
import { AddressDeniedError, OutboundError } from '../../platform/http-client/outbound-errors.js';
import { classifyResponse, classifyFailure } from './attempt-result.js';
import { OUTBOUND_ERRORS } from '../../platform/http-client/error-table.js';

const schedule = [0, 5000, 300_000];

describe('classifyResponse()', () => {
  it.each([200, 201, 202, 204, 299])(
    'classifyResponse() returns delivered for status %i',
    (status) => {
      expect(classifyResponse({ status }, 1, schedule)).toEqual({
        status: 'delivered',
        delayMs: 0,
        error: null,
      });
    },
  );

  it.each([301, 302, 307, 400, 401, 404, 408, 429, 500, 502, 503])(
    'classifyResponse() returns pending with a delay for status %i',
    (status) => {
      const result = classifyResponse({ status }, 1, schedule);
      expect(result).toMatchObject({ status: 'pending', error: { code: `http_${status}` } });
      expect(result.delayMs).toBeGreaterThanOrEqual(5000);
    },
  );

  it('classifyResponse() returns disabled for status 410', () => {
    expect(classifyResponse({ status: 410 }, 1, schedule)).toMatchObject({ status: 'disabled' });
  });

  it('classifyResponse() returns the delay from Retry-After', () => {
    const result = classifyResponse({ status: 429, retryAfterMs: 60_000 }, 1, schedule);
    expect(result).toMatchObject({ status: 'pending', delayMs: 60_000 });
  });

  it('classifyResponse() returns failed after the last attempt in the schedule', () => {
    expect(classifyResponse({ status: 500 }, 2, schedule).status).toBe('pending');
    expect(classifyResponse({ status: 500 }, 3, schedule).status).toBe('failed');
    expect(classifyResponse({ status: 500, retryAfterMs: 1 }, 3, schedule).status).toBe('failed');
  });
});

describe('classifyFailure()', () => {
  it('classifyFailure() returns failed for a denied address', () => {
    const error = new AddressDeniedError('localhost', '127.0.0.1');
    expect(classifyFailure(error, 1, schedule)).toMatchObject({
      status: 'failed',
      error: { code: 'address_denied' },
    });
  });

  it.each(['connection_refused', 'answer_timed_out', 'host_not_found', 'tls_invalid'] as const)(
    'classifyFailure() returns pending for the error %s',
    (code) => {
      const error: AppError = new OutboundError(OUTBOUND_ERRORS[code]);
      expect(classifyFailure(error, 1, schedule)).toMatchObject({ status: 'pending' });
    },
  );
});
