import { describe, expect, it } from 'vitest';
import {
  DEFAULT_QUALITY_CHOICE,
  isValidFileSize,
  isQualityChoiceValid,
  toMaxBytesField,
  toQualityField,
} from './quality-choice.js';

const AUTOMATIC = { ...DEFAULT_QUALITY_CHOICE, isAutomatic: true };

describe('toQualityField()', () => {
  it('toQualityField() returns the fixed quality, or auto with the target score', () => {
    expect(toQualityField('62', DEFAULT_QUALITY_CHOICE)).toBe(62);
    expect(toQualityField('62', { ...AUTOMATIC, targetScore: '8e1' })).toBe('auto:80');
  });
});

describe('toMaxBytesField()', () => {
  it('toMaxBytesField() returns bytes, or undefined without a limit', () => {
    expect(toMaxBytesField({ ...AUTOMATIC, maxKilobytes: '150' })).toBe(150_000);
    expect(toMaxBytesField(AUTOMATIC)).toBeUndefined();
  });
});

describe('isQualityChoiceValid()', () => {
  it('isQualityChoiceValid() checks the target score only for automatic quality', () => {
    expect(isQualityChoiceValid('', AUTOMATIC)).toBe(true);
    expect(isQualityChoiceValid('50', { ...AUTOMATIC, targetScore: '101' })).toBe(false);
    expect(isQualityChoiceValid('50', { ...DEFAULT_QUALITY_CHOICE, targetScore: '' })).toBe(true);
    expect(isQualityChoiceValid('0', DEFAULT_QUALITY_CHOICE)).toBe(false);
  });
});

describe('isValidFileSize()', () => {
  it('isValidFileSize() accepts sizes that the API accepts, and empty text', () => {
    expect(['', '1', '1000000'].map(isValidFileSize)).toEqual([true, true, true]);
    expect(['0', '1.5', '1000001', '-3'].map(isValidFileSize)).toEqual([
      false,
      false,
      false,
      false,
    ]);
  });
});
