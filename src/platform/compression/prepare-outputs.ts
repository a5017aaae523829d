import type { CompressionOptions } from './compression-options.js';
import { readFrames } from './decode/decode-image.js';
import type { DecodeLimits } from './decoder-pool/decoder-messages.js';
import { needsPixels, planEncoding } from './encode/encode-image.js';
import type { EncodePlan } from './encode/encode-plan.js';
import { findBorders } from './geometry/find-borders.js';
import { findCrop } from './geometry/find-crop.js';
import type { Box, Size } from './geometry/geometry.js';
import { AnimationNotConvertibleError } from './image-errors.js';
import { createImageFromPixels } from './decode/image-library.js';
import type { ImageSource } from './inspect/image-source.js';
import { keepsFrames } from './encode/keeps-frames.js';
import { checkMemory } from './memory-estimate.js';
import { attachOutputIndex } from './attach-output-index.js';
import { SharedPixels } from './decode/shared-pixels.js';

type SourceFile = Omit<ImageSource, 'pixels'>;

/** Encoding plans for the outputs of one source, and the pixels that they share. */
export interface PreparedOutputs {
  plans: EncodePlan[];
  /** Absent if no two outputs need the same pixels. */
  pixels?: SharedPixels;
}

/**
 * Plans each output: finds its uniform borders, computes its sizes, and positions its crop. Chooses the size
 * at which the source is decoded once for all outputs that need pixels.
 *
 * @throws OutputError; also decoding errors if `trim` or `cover` needs pixels
 */
export async function prepareOutputs(
  source: SourceFile,
  outputs: readonly CompressionOptions[],
  limits: DecodeLimits,
): Promise<PreparedOutputs> {
  const { header, maxPixels } = source;
  const fullSizePixels = outputs.some(({ trim }) => trim)
    ? new SharedPixels(source, header)
    : undefined;
  const plans: EncodePlan[] = [];
  for (const [index, options] of outputs.entries()) {
    const encodePlan = await attachOutputIndex(index, async () => {
      const region = options.trim
        ? await findRegion(source, options, fullSizePixels!, limits)
        : undefined;
      const plan = planEncoding(header, options, { region, maxPixels });
      if (plan.geometry) checkDecodable(source);
      return plan;
    });
    plans.push(encodePlan);
  }
  const pixels = fullSizePixels ?? createSharedPixels(source, plans, limits);
  const positionedPlans = plans.map(async (plan): Promise<EncodePlan> => {
    const { geometry } = plan;
    if (!geometry?.crop) return plan;
    const image = createImageFromPixels(await pixels!.readPixels());
    return { ...plan, geometry: { ...geometry, crop: await findCrop(image, geometry) } };
  });
  return { plans: await Promise.all(positionedPlans), pixels };
}

/** @throws OutputError for a source that can only be kept unchanged */
function checkDecodable({ header }: SourceFile): void {
  if (header.hasUnreadFrames) throw new AnimationNotConvertibleError(header.format);
  if (header.limitError) throw header.limitError;
}

async function findRegion(
  source: SourceFile,
  options: CompressionOptions,
  fullSizePixels: SharedPixels,
  limits: DecodeLimits,
): Promise<Box | undefined> {
  checkDecodable(source);
  const { header, bytes } = source;
  const plan = planEncoding(header, { quality: 100, format: options.format });
  checkMemory({ bytes, header, pixels: fullSizePixels }, plan, limits.maxMemoryBytes);
  if (!keepsFrames(header, plan)) return findBorders(await fullSizePixels.readPixels());
  const frames = await readFrames(source, plan);
  return findBorders(frames, header.height);
}

/** Returns shared pixels if a geometry or at least two outputs need them. */
function createSharedPixels(
  source: SourceFile,
  plans: readonly EncodePlan[],
  { maxMemoryBytes }: DecodeLimits,
): SharedPixels | undefined {
  const { header, bytes } = source;
  const isStill = (plan: EncodePlan) => !keepsFrames(header, plan);
  const sharingPlans = plans.filter((plan) => isStill(plan) && needsPixels(header, plan));
  const geometryPlans = plans.filter(({ geometry }) => geometry);
  if (geometryPlans.length === 0 && sharingPlans.length < 2) return undefined;
  const sizes = [...sharingPlans, ...geometryPlans].map(
    (plan): Size => plan.geometry?.content ?? plan,
  );
  const size = {
    width: Math.min(header.width, Math.max(...sizes.map(({ width }) => width))),
    height: Math.min(header.height, Math.max(...sizes.map(({ height }) => height))),
  };
  const isFlattenedOnWhite =
    geometryPlans.length === 0 && sharingPlans.every(({ format }) => format === 'jpeg');
  const pixels = new SharedPixels(source, size, isFlattenedOnWhite);
  if (geometryPlans.length > 0) return pixels;
  try {
    // Without enough memory for shared pixels, each output decodes the source.
    for (const plan of sharingPlans) {
      checkMemory({ bytes, header, pixels }, plan, maxMemoryBytes);
    }
    return pixels;
  } catch {
    return undefined;
  }
}
