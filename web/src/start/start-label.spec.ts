import { describe, expect, it } from 'vitest';
import type { FileProblem, UploadCheck } from '../api/types.js';
import { getStartLabel } from './start-label.js';

const createProblem = (row: number, changes: Partial<FileProblem> = {}): FileProblem => ({
  row,
  line: row + 1,
  column: 'Image Src',
  code: 'url_relative',
  message: 'This is a file name.',
  value: 'mug.jpg',
  ...changes,
});

const createResponse = (listed: FileProblem[], count = listed.length) =>
  ({ images: 1212, problems: { count, listed, by_code: {} } }) as unknown as UploadCheck;

describe('getStartLabel()', () => {
  it('getStartLabel() includes the number of images when there is no problem', () => {
    expect(getStartLabel(createResponse([]), true)).toBe('Compress 1,212 images');
    expect(getStartLabel(createResponse([]), false)).toBe('Check 1,212 images');
  });

  it('getStartLabel() counts each row with problems once', () => {
    const listed = [createProblem(3), createProblem(3), createProblem(4)];
    expect(getStartLabel(createResponse(listed), true)).toBe('Skip 2 rows and continue');
  });

  it('getStartLabel() uses the singular for one row', () => {
    expect(getStartLabel(createResponse([createProblem(3)]), true)).toBe('Skip 1 row and continue');
  });

  it('getStartLabel() includes the number of problems when not all of them are listed', () => {
    expect(getStartLabel(createResponse([createProblem(1)], 4999), true)).toBe(
      'Skip 4,999 problems and continue',
    );
  });
});
