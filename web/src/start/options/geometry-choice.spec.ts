import { describe, expect, it } from 'vitest';
import {
  DEFAULT_GEOMETRY,
  toGeometryFields,
  isDefaultGeometry,
  isValidPadding,
} from './geometry-choice.js';

describe('toGeometryFields()', () => {
  it('toGeometryFields() omits default values', () => {
    expect(toGeometryFields(DEFAULT_GEOMETRY)).toEqual({});
    expect(isDefaultGeometry(DEFAULT_GEOMETRY)).toBe(true);
  });

  it('toGeometryFields() returns the color only if the user chose one', () => {
    const color = '#102030';
    expect(toGeometryFields({ ...DEFAULT_GEOMETRY, color })).toEqual({});
    expect(toGeometryFields({ ...DEFAULT_GEOMETRY, color, background: 'color' })).toEqual({
      background: color,
    });
    expect(toGeometryFields({ ...DEFAULT_GEOMETRY, color, background: 'transparent' })).toEqual({
      background: 'transparent',
    });
  });

  it('toGeometryFields() returns trim, padding and enlarge in the API format', () => {
    const choice = { ...DEFAULT_GEOMETRY, trim: true, padding: '2.5', enlarge: true };
    expect(toGeometryFields(choice)).toEqual({ trim: true, padding: 2.5, enlarge: true });
  });

  it.each([
    ['', true],
    ['0', true],
    ['40', true],
    ['41', false],
    ['-1', false],
    ['x', false],
  ])('isValidPadding("%s") returns %s', (text, expected) => {
    expect(isValidPadding(text)).toBe(expected);
  });
});
