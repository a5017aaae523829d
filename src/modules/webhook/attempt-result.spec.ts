import { describe, expect, it } from 'vitest';
import { AppError } from '../../platform/errors/app-error.js';
import { AddressDeniedError, OutboundError } from '../../platform/http-client/outbound-errors.js';
import { judgeResponse, judgeFailure } from './verdict.js';
import { OUTBOUND_ERRORS } from '../../platform/http-client/error-table.js';

const schedule = [0, 5000, 300_000];

describe('judgeResponse()', () => {
  it.each([200, 201, 202, 204, 299])(
    'judgeResponse() returns delivered for status %i',
    (status) => {
      expect(judgeResponse({ status }, 1, schedule)).toEqual({
        status: 'delivered',
        delayMs: 0,
        error: null,
      });
    },
  );

  it.each([301, 302, 307, 400, 401, 404, 408, 429, 500, 502, 503])(
    'judgeResponse() schedules a retry for status %i',
    (status) => {
      const verdict = judgeResponse({ status }, 1, schedule);
      expect(verdict).toMatchObject({ status: 'pending', error: { code: `http_${status}` } });
      expect(verdict.delayMs).toBeGreaterThanOrEqual(5000);
    },
  );

  it('judgeResponse() disables deliveries after status 410', () => {
    expect(judgeResponse({ status: 410 }, 1, schedule)).toMatchObject({ status: 'disabled' });
  });

  it('judgeResponse() respects Retry-After', () => {
    const verdict = judgeResponse({ status: 429, retryAfterMs: 60_000 }, 1, schedule);
    expect(verdict).toMatchObject({ status: 'pending', delayMs: 60_000 });
  });

  it('judgeResponse() fails a delivery after the last attempt in the schedule', () => {
    expect(judgeResponse({ status: 500 }, 2, schedule).status).toBe('pending');
    expect(judgeResponse({ status: 500 }, 3, schedule).status).toBe('failed');
    expect(judgeResponse({ status: 500, retryAfterMs: 1 }, 3, schedule).status).toBe('failed');
  });
});

describe('judgeFailure()', () => {
  it('judgeFailure() fails a delivery to a denied address without a retry', () => {
    const error = new AddressDeniedError('localhost', '127.0.0.1');
    expect(judgeFailure(error, 1, schedule)).toMatchObject({
      status: 'failed',
      error: { code: 'address_denied' },
    });
  });

  it.each(['connection_refused', 'answer_timed_out', 'host_not_found', 'tls_invalid'] as const)(
    'judgeFailure() schedules a retry for %s',
    (code) => {
      const error: AppError = new OutboundError(OUTBOUND_ERRORS[code]);
      expect(judgeFailure(error, 1, schedule)).toMatchObject({ status: 'pending' });
    },
  );
});
