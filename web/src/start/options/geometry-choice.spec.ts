import { describe, expect, it } from 'vitest';
import {
  DEFAULT_GEOMETRY,
  geometryFields,
  isDefaultGeometry,
  isPadding,
} from './geometry-choice.js';

describe('geometryFields()', () => {
  it('geometryFields() omits members at their default', () => {
    expect(geometryFields(DEFAULT_GEOMETRY)).toEqual({});
    expect(isDefaultGeometry(DEFAULT_GEOMETRY)).toBe(true);
  });

  it('geometryFields() returns the color only if the user chose one', () => {
    const color = '#102030';
    expect(geometryFields({ ...DEFAULT_GEOMETRY, color })).toEqual({});
    expect(geometryFields({ ...DEFAULT_GEOMETRY, color, background: 'color' })).toEqual({
      background: color,
    });
    expect(geometryFields({ ...DEFAULT_GEOMETRY, color, background: 'transparent' })).toEqual({
      background: 'transparent',
    });
  });

  it('geometryFields() returns borders, margins and enlargement in the API format', () => {
    const choice = { ...DEFAULT_GEOMETRY, trim: true, padding: '2.5', enlarge: true };
    expect(geometryFields(choice)).toEqual({ trim: true, padding: 2.5, enlarge: true });
  });

  it.each([
    ['', true],
    ['0', true],
    ['40', true],
    ['41', false],
    ['-1', false],
    ['x', false],
  ])('isPadding() for "%s" is %s', (text, isValid) => {
    expect(isPadding(text)).toBe(isValid);
  });
});
