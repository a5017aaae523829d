import type { CompressionOptions } from './compression-options.js';
import { readFrames } from './decode/decode-image.js';
import type { DecodeLimits } from './decoder-pool/decoder-messages.js';
import { needsPixels, planEncoding } from './encode/encode-image.js';
import type { EncodePlan } from './encode/encode-plan.js';
import { findBorders } from './geometry/find-borders.js';
import { findCrop } from './geometry/find-crop.js';
import type { Box, Size } from './geometry/geometry.js';
import { AnimationNotConvertibleError } from './image-errors.js';
import { fromRawPixels } from './decode/image-library.js';
import type { ImageSource } from './inspect/image-source.js';
import { keepsFrames } from './encode/keeps-frames.js';
import { checkMemory } from './memory-estimate.js';
import { nameOutput } from './name-output.js';
import { SharedPixels } from './decode/shared-pixels.js';

type SourceFile = Omit<ImageSource, 'pixels'>;

/** Plans of the outputs of one source, and the pixels that they share. */
export interface PreparedOutputs {
  plans: EncodePlan[];
  /** Absent if no two outputs need the same pixels. */
  pixels?: SharedPixels;
}

/**
 * Plans each output: finds its uniform borders, computes its sizes, and positions its crop. Decides at which
 * size the source is decoded once for all outputs that need pixels.
 *
 * @throws OutputError; also the errors of decoding if `trim` or `cover` need pixels
 */
export async function prepareOutputs(
  source: SourceFile,
  outputs: readonly CompressionOptions[],
  limits: DecodeLimits,
): Promise<PreparedOutputs> {
  const { header, maxPixels } = source;
  const whole = outputs.some(({ trim }) => trim) ? new SharedPixels(source, header) : undefined;
  const plans: EncodePlan[] = [];
  for (const [index, options] of outputs.entries()) {
    const planned = await nameOutput(index, async () => {
      const region = options.trim ? await findRegion(source, options, whole!, limits) : undefined;
      const plan = planEncoding(header, options, { region, maxPixels });
      if (plan.geometry) checkDecodable(source);
      return plan;
    });
    plans.push(planned);
  }
  const pixels = whole ?? createSharedPixels(source, plans, limits);
  const positioned = plans.map(async (plan): Promise<EncodePlan> => {
    const { geometry } = plan;
    if (!geometry?.crop) return plan;
    const image = fromRawPixels(await pixels!.readPixels());
    return { ...plan, geometry: { ...geometry, crop: await findCrop(image, geometry) } };
  });
  return { plans: await Promise.all(positioned), pixels };
}

/** @throws OutputError for a source that can only be kept as it is */
function checkDecodable({ header }: SourceFile): void {
  if (header.hasUnreadFrames) throw new AnimationNotConvertibleError(header.format);
  if (header.limitError) throw header.limitError;
}

async function findRegion(
  source: SourceFile,
  options: CompressionOptions,
  whole: SharedPixels,
  limits: DecodeLimits,
): Promise<Box | undefined> {
  checkDecodable(source);
  const { header, bytes } = source;
  const plan = planEncoding(header, { quality: 100, format: options.format });
  checkMemory({ bytes, header, pixels: whole }, plan, limits.maxMemoryBytes);
  if (!keepsFrames(header, plan)) return findBorders(await whole.readPixels());
  const frames = await readFrames(source, plan);
  return findBorders(frames, header.height);
}

/** Returns the pixels if a geometry needs them, or at least two outputs. */
function createSharedPixels(
  source: SourceFile,
  plans: readonly EncodePlan[],
  { maxMemoryBytes }: DecodeLimits,
): SharedPixels | undefined {
  const { header, bytes } = source;
  const isStill = (plan: EncodePlan) => !keepsFrames(header, plan);
  const sharing = plans.filter((plan) => isStill(plan) && needsPixels(header, plan));
  const needing = plans.filter(({ geometry }) => geometry);
  if (needing.length === 0 && sharing.length < 2) return undefined;
  const sizes = [...sharing, ...needing].map((plan): Size => plan.geometry?.content ?? plan);
  const size = {
    width: Math.min(header.width, Math.max(...sizes.map(({ width }) => width))),
    height: Math.min(header.height, Math.max(...sizes.map(({ height }) => height))),
  };
  const isOnWhite = needing.length === 0 && sharing.every(({ format }) => format === 'jpeg');
  const pixels = new SharedPixels(source, size, isOnWhite);
  if (needing.length > 0) return pixels;
  try {
    // Without enough memory for shared pixels, each output decodes the source.
    for (const plan of sharing) {
      checkMemory({ bytes, header, pixels }, plan, maxMemoryBytes);
    }
    return pixels;
  } catch {
    return undefined;
  }
}
