import { describe, expect, it } from 'vitest';
import { IMAGE_ERRORS } from '../../platform/compression/error-table.js';
import { ImageError, OutputError } from '../../platform/compression/image-errors.js';
import type { RequestOutput } from '../../platform/database/request-output.js';
import {
  getErrorForWaitingImages,
  addOutputName,
  SharedCompressionFailedError,
} from './output-errors.js';

const OUTPUTS: RequestOutput[] = ['large', 'small'].map((name) => ({
  name,
  options: { quality: 50, format: 'webp' },
}));
const outputError = new OutputError(IMAGE_ERRORS.image_side_too_long, {
  message: 'A side is too long.',
});
outputError.output = 1;
const sourceError = new ImageError(IMAGE_ERRORS.image_corrupt);

describe('addOutputName()', () => {
  it('addOutputName() adds the output name to the message and keeps the code', () => {
    expect(addOutputName(outputError, OUTPUTS)).toMatchObject({
      code: 'image_side_too_long',
      message: 'Output "small": A side is too long.',
      retry: outputError.retry,
    });
  });

  it('addOutputName() returns source errors and other errors unchanged', () => {
    const unrelatedError = new Error('unrelated');
    expect(addOutputName(sourceError, OUTPUTS)).toBe(sourceError);
    expect(addOutputName(unrelatedError, OUTPUTS)).toBe(unrelatedError);
  });
});

describe('getErrorForWaitingImages()', () => {
  it('getErrorForWaitingImages() returns the error unchanged for images that wait for the same output', () => {
    expect(getErrorForWaitingImages(outputError, 1)).toBe(outputError);
    expect(getErrorForWaitingImages(sourceError, 0)).toBe(sourceError);
  });

  it('getErrorForWaitingImages() returns an immediately retried error for images that wait for another output', () => {
    const error = getErrorForWaitingImages(outputError, 0);
    expect(error).toBeInstanceOf(SharedCompressionFailedError);
    expect(error).toMatchObject({ retry: 'uncounted', retryAfterMs: 0, cause: outputError });
  });
});
