import { describe, expect, it } from 'vitest';
import { ApiError } from '../../api/client.js';
import { getFieldErrors, summarizeFieldErrors } from './field-errors.js';

describe('getFieldErrors()', () => {
  it('getFieldErrors() groups the messages by field', () => {
    const errors = [{ field: 'max_bytes', message: 'max_bytes must be at least 1' }];
    const problem = { detail: 'max_bytes must be at least 1', errors } as never;
    expect([...getFieldErrors(new ApiError(400, problem))]).toEqual([
      ['max_bytes', 'File size must be at least 1'],
    ]);
  });

  it("getFieldErrors() returns an empty map for errors that aren't related to a field", () => {
    expect(getFieldErrors(new Error('offline')).size).toBe(0);
    expect(getFieldErrors(new ApiError(503, { detail: 'busy' })).size).toBe(0);
    expect(getFieldErrors(undefined).size).toBe(0);
  });
});

describe('summarizeFieldErrors()', () => {
  const createError = (...fields: string[]) => {
    const errors = fields.map((field) => ({ field, message: `${field}: wrong` }));
    return new ApiError(400, { detail: 'wrong', errors } as never);
  };

  it('summarizeFieldErrors() names the fields instead of repeating their messages', () => {
    const error = summarizeFieldErrors(createError('filename_template', 'outputs[0].width'));
    expect(error?.message).toBe(
      'The catalog was not uploaded. Check these fields: File names; Output 1, width.',
    );
  });

  it('summarizeFieldErrors() returns the error unchanged if the page has no label for the field', () => {
    const error = createError('image_columns');
    expect(summarizeFieldErrors(error)).toBe(error);
    expect(summarizeFieldErrors(undefined)).toBeUndefined();
  });
});
