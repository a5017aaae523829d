import { describe, expect, it } from 'vitest';
import {
  DEFAULT_QUALITY_CHOICE,
  isFileSize,
  isQualityChoiceValid,
  maxBytesField,
  qualityField,
} from './quality-choice.js';

const AUTOMATIC = { ...DEFAULT_QUALITY_CHOICE, isAutomatic: true };

describe('qualityField()', () => {
  it('qualityField() returns the number, or auto and the target score', () => {
    expect(qualityField('62', DEFAULT_QUALITY_CHOICE)).toBe(62);
    expect(qualityField('62', { ...AUTOMATIC, targetScore: '8e1' })).toBe('auto:80');
  });
});

describe('maxBytesField()', () => {
  it('maxBytesField() returns bytes, or undefined without a limit', () => {
    expect(maxBytesField({ ...AUTOMATIC, maxKilobytes: '150' })).toBe(150_000);
    expect(maxBytesField(AUTOMATIC)).toBeUndefined();
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

describe('isFileSize()', () => {
  it('isFileSize() accepts sizes that the API accepts, and an empty text', () => {
    expect(['', '1', '1000000'].map(isFileSize)).toEqual([true, true, true]);
    expect(['0', '1.5', '1000001', '-3'].map(isFileSize)).toEqual([false, false, false, false]);
  });
});
