import { describe, expect, it } from 'vitest';
import { ApiError } from '../../api/client.js';
import { getRefusedFields, withFieldNames } from './refused-fields.js';

describe('getRefusedFields()', () => {
  it('getRefusedFields() groups the messages by field', () => {
    const errors = [{ field: 'max_bytes', message: 'max_bytes must be at least 1' }];
    const problem = { detail: 'max_bytes must be at least 1', errors } as never;
    expect([...getRefusedFields(new ApiError(400, problem))]).toEqual([
      ['max_bytes', 'File size must be at least 1'],
    ]);
  });

  it('getRefusedFields() returns nothing for other errors', () => {
    expect(getRefusedFields(new Error('offline')).size).toBe(0);
    expect(getRefusedFields(new ApiError(503, { detail: 'busy' })).size).toBe(0);
    expect(getRefusedFields(undefined).size).toBe(0);
  });
});

describe('withFieldNames()', () => {
  const refusal = (...fields: string[]) => {
    const errors = fields.map((field) => ({ field, message: `${field}: wrong` }));
    return new ApiError(400, { detail: 'wrong', errors } as never);
  };

  it('withFieldNames() names the fields instead of repeating their messages', () => {
    const error = withFieldNames(refusal('filename_template', 'outputs[0].width'));
    expect(error?.message).toBe('Nothing was uploaded. Check: File names; Output 1, width.');
  });

  it('withFieldNames() keeps the message of a field that the page lacks', () => {
    const error = refusal('image_columns');
    expect(withFieldNames(error)).toBe(error);
    expect(withFieldNames(undefined)).toBeUndefined();
  });
});
