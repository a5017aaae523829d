import { plainToInstance, Transform } from 'class-transformer';
import { IsInt, Max, Min, validateSync } from 'class-validator';
import { describe, expect, it } from 'vitest';
import { toProblems } from './validation.js';

class Options {
  @Transform(({ value }) => (/^-?\d+$/.test(String(value)) ? Number(value) : (value as unknown)))
  @IsInt({ message: 'quality must be a whole number from 1 to 100' })
  @Min(1, { message: 'quality must be at least 1' })
  @Max(100, { message: 'quality must be at most 100' })
  quality = 50;
}

const validateOptions = (values: object) =>
  validateSync(plainToInstance(Options, values), {
    whitelist: true,
    forbidNonWhitelisted: true,
  }).flatMap(toProblems);

describe('toProblems()', () => {
  it('toProblems() reports only the first failed check of a parameter', () => {
    expect(validateOptions({ quality: 'abc' })).toEqual([
      { field: 'quality', message: 'quality must be a whole number from 1 to 100' },
    ]);
    expect(validateOptions({ quality: 0 })).toEqual([
      { field: 'quality', message: 'quality must be at least 1' },
    ]);
  });

  it('toProblems() reports an unknown parameter', () => {
    expect(validateOptions({ qualty: '5' })).toEqual([
      { field: 'qualty', message: 'There is no parameter "qualty".' },
    ]);
  });
});
