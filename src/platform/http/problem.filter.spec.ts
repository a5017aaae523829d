import { describe, expect, it } from 'vitest';
import { OpenWorkLimitError } from '../errors/open-work-limit.error.js';
import { RequestGoneError } from '../errors/request-gone.error.js';
import { toAppError } from './problem.filter.js';

describe('toAppError()', () => {
  it('toAppError() returns a 429 error with the limit for too many unfinished requests', () => {
    const error = toAppError(new OpenWorkLimitError('requests', 7));
    expect(error).toMatchObject({ status: 429, code: 'too_many_open_requests' });
    expect(error.message).toContain('7 unfinished requests');
    expect(error.retryAfterMs).toBeGreaterThan(0);
  });

  it('toAppError() returns a 429 error with the limit for too many unfinished images', () => {
    const error = toAppError(new OpenWorkLimitError('images', 500));
    expect(error).toMatchObject({ status: 429, code: 'too_many_open_images' });
    expect(error.message).toContain('500 unfinished images');
  });

  it('toAppError() returns a 404 error for a request that was removed during a read', () => {
    const error = toAppError(new RequestGoneError('019a9f3e-7c1d-7e3a-9b55-0f8a4c1d2e3f'));
    expect(error).toMatchObject({ status: 404, code: 'request_not_found' });
  });

  it('toAppError() hides the message of an unexpected error', () => {
    const error = toAppError(new TypeError('x is not a function'));
    expect(error).toMatchObject({ status: 500, code: 'internal_error' });
    expect(error.message).not.toContain('function');
  });
});
