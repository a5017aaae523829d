import { describe, expect, it } from 'vitest';
import type { CsvProblem, UploadChecked } from '../../api/types.js';
import { startLabel } from '../start-label.js';

const problem = (row: number, change: Partial<CsvProblem> = {}): CsvProblem => ({
  row,
  line: row + 1,
  column: 'Image Src',
  code: 'url_relative',
  message: 'This is a file name.',
  value: 'mug.jpg',
  ...change,
});

const response = (listed: CsvProblem[], count = listed.length) =>
  ({ images: 1212, problems: { count, listed, by_code: {} } }) as unknown as UploadChecked;

describe('startLabel()', () => {
  it('startLabel() shows the number of images when there is no problem', () => {
    expect(startLabel(response([]), true)).toBe('Compress 1,212 images');
    expect(startLabel(response([]), false)).toBe('Check 1,212 images');
  });

  it('startLabel() counts each row with problems once', () => {
    const listed = [problem(3), problem(3), problem(4)];
    expect(startLabel(response(listed), true)).toBe('Continue without these 2 rows');
  });

  it('startLabel() omits the number for a single row', () => {
    expect(startLabel(response([problem(3)]), true)).toBe('Continue without this row');
  });

  it('startLabel() shows the number of problems when not all of them are listed', () => {
    expect(startLabel(response([problem(1)], 4999), true)).toBe(
      'Continue without these 4,999 problems',
    );
  });
});
