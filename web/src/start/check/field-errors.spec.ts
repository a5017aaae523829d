import { describe, expect, it } from 'vitest';
import { ApiError } from '../../api/client.js';
import { getFieldErrors, listFieldNames } from './field-errors.js';

describe('getFieldErrors()', () => {
  it('getFieldErrors() groups the messages by field', () => {
    const errors = [{ field: 'max_bytes', message: 'max_bytes must be at least 1' }];
    const problem = { detail: 'max_bytes must be at least 1', errors } as never;
    expect([...getFieldErrors(new ApiError(400, problem))]).toEqual([
      ['max_bytes', 'File size must be at least 1'],
    ]);
  });

  it('getFieldErrors() returns an empty map for errors that concern no field', () => {
    expect(getFieldErrors(new Error('offline')).size).toBe(0);
    expect(getFieldErrors(new ApiError(503, { detail: 'busy' })).size).toBe(0);
    expect(getFieldErrors(undefined).size).toBe(0);
  });
});

describe('listFieldNames()', () => {
  const createError = (...fields: string[]) => {
    const errors = fields.map((field) => ({ field, message: `${field}: wrong` }));
    return new ApiError(400, { detail: 'wrong', errors } as never);
  };

  it('listFieldNames() names the fields instead of repeating their messages', () => {
    const error = listFieldNames(createError('filename_template', 'outputs[0].width'));
    expect(error?.message).toBe('Nothing was uploaded. Check: File names; Output 1, width.');
  });

  it('listFieldNames() returns an error about a field that the page lacks unchanged', () => {
    const error = createError('image_columns');
    expect(listFieldNames(error)).toBe(error);
    expect(listFieldNames(undefined)).toBeUndefined();
  });
});
