import { AppError, type AppErrorOptions } from '../errors/app-error.js';

/** What is wrong with this very image; the same bytes will fail again. */
export class ImageError extends AppError {
  constructor(options: AppErrorOptions) {
    super({ status: 422, retry: 'never', ...options });
  }
}

/**
 * The decoder died of an image, or had to be killed. It may have been chance, so it is tried again,
 * but `TRIES` times in all: an image that kills decoders must not do so for long.
 */
export class PoisonImageError extends AppError {
  static readonly TRIES = 2;
}

export class DecoderCrashedError extends PoisonImageError {
  constructor(how: string, cause?: unknown) {
    super({
      code: 'decoder_crashed',
      message: `The image decoder ended unexpectedly (${how}) while it read this image. The file is probably damaged: save it anew with an image editor and try again.`,
      retry: 'later',
      cause,
    });
  }
}

export class DecodeTimedOutError extends PoisonImageError {
  constructor(seconds: number) {
    super({
      code: 'decode_timed_out',
      message: `Compressing this image took longer than ${seconds} seconds and was stopped. Provide a smaller image, or raise DECODE_TIMEOUT_SECONDS.`,
      retry: 'later',
    });
  }
}

/** The process had to be ended: it used more than `DECODER_MEMORY_MB`. */
export class DecoderMemoryExceededError extends PoisonImageError {
  constructor(maxMiB: number) {
    super({
      code: 'decoder_memory_exceeded',
      message: `Compressing this image took more than ${maxMiB} MiB of memory and was stopped. Provide a smaller image, or raise DECODER_MEMORY_MB.`,
      retry: 'later',
    });
  }
}

/** No fault of the image: no child could be started, or the app is stopping. Costs no attempt. */
export class DecoderUnavailableError extends AppError {
  constructor(why: string, cause?: unknown) {
    super({
      code: 'decoder_unavailable',
      message: `The image decoder is not available: ${why}.`,
      status: 503,
      retry: 'free',
      retryAfterMs: 5000,
      cause,
    });
  }
}

export class TooManyPixelsError extends ImageError {
  constructor(width: number, height: number, frames: number, limit: number) {
    const size = `${width} × ${height} pixels${frames > 1 ? ` × ${frames} frames` : ''}`;
    super({
      code: 'image_too_many_pixels',
      message: `The image has ${size}, ${megapixels(width * height * frames)} megapixels in all; at most ${megapixels(limit)} are taken. Provide a smaller one, or raise MAX_IMAGE_PIXELS.`,
    });
  }
}

export class SideTooLongError extends ImageError {
  constructor(width: number, height: number, limit: number) {
    super({
      code: 'image_side_too_long',
      message: `The image has ${width} × ${height} pixels; no side may be longer than ${limit}. Provide a smaller image.`,
    });
  }
}

export class ImageNeedsTooMuchMemoryError extends ImageError {
  constructor(neededMiB: number, maxMiB: number) {
    super({
      code: 'image_needs_too_much_memory',
      message: `Compressing this image needs about ${neededMiB} MiB of memory; at most ${maxMiB} MiB are allowed. Provide a smaller image, choose another format, or raise DECODER_MEMORY_MB.`,
    });
  }
}

/** An allocation failed before the process was ended for its memory. */
export class OutOfMemoryError extends ImageError {
  constructor(cause: unknown) {
    super({
      code: 'decoder_memory_exceeded',
      message:
        'Compressing this image ran out of memory. Provide a smaller image, or raise DECODER_MEMORY_MB.',
      cause,
    });
  }
}

export class TooManyFramesError extends ImageError {
  constructor(frames: number, limit: number) {
    super({
      code: 'image_too_many_frames',
      message: `The image has ${frames} frames or pages; at most ${limit} are taken. Provide a shorter one, or raise MAX_IMAGE_FRAMES.`,
    });
  }
}

export class TooLargeForFormatError extends ImageError {
  constructor(width: number, height: number, format: string, limit: number) {
    super({
      code: 'image_too_large_for_format',
      message: `${width} × ${height} pixels do not fit into ${format}, which ends at ${limit} a side. Set max_width and max_height, or choose png.`,
    });
  }
}

export class TruncatedImageError extends ImageError {
  constructor(cause: unknown) {
    super({
      code: 'image_truncated',
      message:
        'The image file is cut off before its end. Upload the complete file to its server and try again.',
      cause,
    });
  }
}

export class CorruptImageError extends ImageError {
  constructor(cause: unknown) {
    super({
      code: 'image_corrupt',
      message:
        'The image file is damaged and cannot be read. Save it anew with an image editor and try again.',
      cause,
    });
  }
}

function megapixels(pixels: number): string {
  return (pixels / 1e6).toFixed(pixels < 10e6 ? 1 : 0);
}
