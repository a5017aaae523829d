import { describe, expect, it } from 'vitest';
import { IMAGE_ERRORS } from '../../platform/compression/error-table.js';
import { ImageError, OutputError } from '../../platform/compression/image-errors.js';
import type { RequestOutput } from '../../platform/database/request-output.js';
import { errorForSharers, errorOfOutput, SharedCompressionFailedError } from './output-errors.js';

const OUTPUTS: RequestOutput[] = ['large', 'small'].map((name) => ({
  name,
  options: { quality: 50, format: 'webp' },
}));
const failed = new OutputError(IMAGE_ERRORS.image_side_too_long, { message: 'A side is long.' });
failed.output = 1;
const ofSource = new ImageError(IMAGE_ERRORS.image_corrupt);

describe('errorOfOutput()', () => {
  it('errorOfOutput() names the output in the message and keeps the code', () => {
    expect(errorOfOutput(failed, OUTPUTS)).toMatchObject({
      code: 'image_side_too_long',
      message: 'Output "small": A side is long.',
      retry: failed.retry,
    });
  });

  it('errorOfOutput() returns an error of the source, and any other, unchanged', () => {
    const other = new Error('another');
    expect(errorOfOutput(ofSource, OUTPUTS)).toBe(ofSource);
    expect(errorOfOutput(other, OUTPUTS)).toBe(other);
  });
});

describe('errorForSharers()', () => {
  it('errorForSharers() returns the error to images that wait for the same output', () => {
    expect(errorForSharers(failed, 1)).toBe(failed);
    expect(errorForSharers(ofSource, 0)).toBe(ofSource);
  });

  it('errorForSharers() lets images that wait for another output be processed again at once', () => {
    const error = errorForSharers(failed, 0);
    expect(error).toBeInstanceOf(SharedCompressionFailedError);
    expect(error).toMatchObject({ retry: 'uncounted', retryAfterMs: 0, cause: failed });
  });
});
