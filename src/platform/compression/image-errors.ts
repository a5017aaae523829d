import { AppError } from '../errors/app-error.js';
import { IMAGE_ERRORS } from './error-table.js';

/** An error caused by the image itself. The same bytes would fail again. */
export class ImageError extends AppError {
  /** Index of the failed output; undefined if the source caused the error. */
  output?: number;
}

/** The source can be read, but one output cannot be produced with its options. */
export class OutputError extends ImageError {}

/**
 * The decoder crashed on an image, or had to be killed. The cause may be transient, so the image gets
 * up to `MAX_ATTEMPTS` attempts. More attempts could crash decoders repeatedly.
 */
export class PoisonImageError extends AppError {
  static readonly MAX_ATTEMPTS = 2;
}

export class DecoderCrashedError extends PoisonImageError {
  constructor(reason: string, cause?: unknown) {
    super(IMAGE_ERRORS.decoder_crashed, {
      message: `The image decoder ended unexpectedly (${reason}) while reading this image. The file is probably damaged. Re-save it with an image editor and try again.`,
      cause,
    });
  }
}

export class DecodeTimedOutError extends PoisonImageError {
  constructor(seconds: number) {
    super(IMAGE_ERRORS.decode_timed_out, {
      message: `Compressing this image took longer than ${seconds} seconds and was stopped. Provide a smaller image, or raise DECODE_TIMEOUT_SECONDS.`,
    });
  }
}

/** The process used more than `DECODER_MEMORY_MB` and was killed. */
export class DecoderMemoryExceededError extends PoisonImageError {
  constructor(maxMiB: number) {
    super(IMAGE_ERRORS.decoder_memory_exceeded, {
      message: `Compressing this image used more than ${maxMiB} MiB of memory and was stopped. Provide a smaller image, or raise DECODER_MEMORY_MB.`,
    });
  }
}

/**
 * The image is not at fault: no child process could be started, or the app is stopping. The attempt
 * does not count.
 */
export class DecoderUnavailableError extends AppError {
  constructor(reason: string, cause?: unknown) {
    super(IMAGE_ERRORS.decoder_unavailable, {
      message: `The image decoder is not available: ${reason}.`,
      retryAfterMs: 5000,
      cause,
    });
  }
}

export class TooManyPixelsError extends ImageError {
  constructor(width: number, height: number, frameCount: number, limit: number) {
    const size = `${width} × ${height} pixels${frameCount > 1 ? ` × ${frameCount} frames` : ''}`;
    super(IMAGE_ERRORS.image_too_many_pixels, {
      message: `The image is ${size}, ${formatMegapixels(width * height * frameCount)} megapixels in total; at most ${formatMegapixels(limit)} are allowed. Provide a smaller image, or raise MAX_IMAGE_PIXELS.`,
    });
  }
}

export class SideTooLongError extends ImageError {
  constructor(width: number, height: number, limit: number) {
    super(IMAGE_ERRORS.image_side_too_long, {
      message: `The image is ${width} × ${height} pixels; no side may be longer than ${limit}. Provide a smaller image.`,
    });
  }
}

export class ImageNeedsTooMuchMemoryError extends OutputError {
  constructor(neededMiB: number, maxMiB: number) {
    super(IMAGE_ERRORS.image_needs_too_much_memory, {
      message: `Compressing this image needs about ${neededMiB} MiB of memory; at most ${maxMiB} MiB are allowed. Provide a smaller image, choose another format, or raise DECODER_MEMORY_MB.`,
    });
  }
}

/** An allocation failed before the memory check killed the process. */
export class OutOfMemoryError extends ImageError {
  constructor(cause: unknown) {
    super(IMAGE_ERRORS.decoder_memory_exceeded, {
      status: 422,
      retry: 'never',
      message:
        'Compressing this image ran out of memory. Provide a smaller image, or raise DECODER_MEMORY_MB.',
      cause,
    });
  }
}

export class TooManyFramesError extends ImageError {
  constructor(frameCount: number, limit: number) {
    super(IMAGE_ERRORS.image_too_many_frames, {
      message: `The image has ${frameCount} frames or pages; at most ${limit} are allowed. Provide an image with fewer frames, or raise MAX_IMAGE_FRAMES.`,
    });
  }
}

export class TooLargeForFormatError extends OutputError {
  constructor(width: number, height: number, format: string, limit: number) {
    super(IMAGE_ERRORS.image_too_large_for_format, {
      message: `${width} × ${height} pixels do not fit into ${format}, which allows at most ${limit} per side. Set max_width and max_height, or choose png.`,
    });
  }
}

export class OutputTooLargeError extends OutputError {
  constructor(width: number, height: number, frameCount: number, limit: number) {
    const size = `${width} × ${height} pixels${frameCount > 1 ? ` × ${frameCount} frames` : ''}`;
    super(IMAGE_ERRORS.output_too_large, {
      message: `The output would be ${size}, ${formatMegapixels(width * height * frameCount)} megapixels in total; at most ${formatMegapixels(limit)} are allowed. Set a smaller max_width and max_height, or raise MAX_IMAGE_PIXELS.`,
    });
  }
}

export class MaxBytesNotReachableError extends OutputError {
  constructor(bytes: number, maxBytes: number, format: string) {
    super(IMAGE_ERRORS.max_bytes_not_reachable, {
      message: `The smallest possible ${format} version of this image is ${bytes} bytes; max_bytes is ${maxBytes}. Set a smaller max_width and max_height, choose webp or avif, or raise max_bytes.`,
    });
  }
}

/** Sharp reads only one frame of the image. A conversion would lose the animation. */
export class AnimationNotConvertibleError extends OutputError {
  constructor(format: string) {
    super(IMAGE_ERRORS.image_animation_not_convertible, {
      message: `The image is an animated ${format.toUpperCase()}, which can only be kept unchanged. Choose format=original without a smaller max_width and max_height, or provide the animation as GIF or WebP.`,
    });
  }
}

/** A valid TIFF that sharp does not support. Without a conversion, it is cleaned and kept. */
export class TiffLayoutNotSupportedError extends ImageError {
  constructor(cause: unknown) {
    super(IMAGE_ERRORS.tiff_layout_not_supported, { cause });
  }
}

export class TruncatedImageError extends ImageError {
  constructor(cause: unknown) {
    super(IMAGE_ERRORS.image_truncated, { cause });
  }
}

export class CorruptImageError extends ImageError {
  constructor(cause: unknown) {
    super(IMAGE_ERRORS.image_corrupt, { cause });
  }
}

function formatMegapixels(pixelCount: number): string {
  return (pixelCount / 1e6).toFixed(pixelCount < 10e6 ? 1 : 0);
}
