import { describe, expect, it } from 'vitest';
import { IMAGE_ERRORS } from '../../platform/compression/error-table.js';
import { ImageError, OutputError } from '../../platform/compression/image-errors.js';
import type { RequestOutput } from '../../platform/database/request-output.js';
import {
  errorForWaitingImages,
  withOutputName,
  SharedCompressionFailedError,
} from './output-errors.js';

const OUTPUTS: RequestOutput[] = ['large', 'small'].map((name) => ({
  name,
  options: { quality: 50, format: 'webp' },
}));
const failed = new OutputError(IMAGE_ERRORS.image_side_too_long, { message: 'A side is long.' });
failed.output = 1;
const ofSource = new ImageError(IMAGE_ERRORS.image_corrupt);

describe('withOutputName()', () => {
  it('withOutputName() adds the output name to the message and keeps the code', () => {
    expect(withOutputName(failed, OUTPUTS)).toMatchObject({
      code: 'image_side_too_long',
      message: 'Output "small": A side is long.',
      retry: failed.retry,
    });
  });

  it('withOutputName() returns source errors and other errors unchanged', () => {
    const other = new Error('another');
    expect(withOutputName(ofSource, OUTPUTS)).toBe(ofSource);
    expect(withOutputName(other, OUTPUTS)).toBe(other);
  });
});

describe('errorForWaitingImages()', () => {
  it('errorForWaitingImages() returns the error for images that wait for the same output', () => {
    expect(errorForWaitingImages(failed, 1)).toBe(failed);
    expect(errorForWaitingImages(ofSource, 0)).toBe(ofSource);
  });

  it('errorForWaitingImages() returns an immediate retry for images that wait for another output', () => {
    const error = errorForWaitingImages(failed, 0);
    expect(error).toBeInstanceOf(SharedCompressionFailedError);
    expect(error).toMatchObject({ retry: 'uncounted', retryAfterMs: 0, cause: failed });
  });
});
