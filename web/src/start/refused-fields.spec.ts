import { describe, expect, it } from 'vitest';
import { ApiError } from '../api/client.js';
import { refusedFieldsOf } from './refused-fields.js';

describe('refusedFieldsOf()', () => {
  it('refusedFieldsOf() returns the messages by field', () => {
    const errors = [{ field: 'max_bytes', message: 'max_bytes must be at least 1' }];
    const problem = { detail: 'max_bytes must be at least 1', errors } as never;
    expect([...refusedFieldsOf(new ApiError(400, problem))]).toEqual([
      ['max_bytes', 'max_bytes must be at least 1'],
    ]);
  });

  it('refusedFieldsOf() is empty for other errors', () => {
    expect(refusedFieldsOf(new Error('offline')).size).toBe(0);
    expect(refusedFieldsOf(new ApiError(503, { detail: 'busy' })).size).toBe(0);
    expect(refusedFieldsOf(undefined).size).toBe(0);
  });
});
