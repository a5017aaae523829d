import { encodeImage } from '../encode/encode-image.js';
import type { EncodePlan } from '../encode/encode-plan.js';
import type { ImageSource } from '../inspect/image-source.js';
import { keepsFrames } from '../encode/keeps-frames.js';
import { type AutomaticResult, encodeAutomatically } from './encode-automatically.js';
import { MAX_ATTEMPTS } from './quality-curves.js';

/**
 * Maximum factor by which a lossless source may exceed `max_bytes` when it is scaled to the
 * output size. A larger source is probably a photograph.
 */
const MAX_LOSSLESS_EXCESS = 4;
/** Lossless encoding of a larger image takes seconds. */
const MAX_LOSSLESS_PIXELS = 4_000_000;
/** Score of an image with unchanged pixels. */
const UNCHANGED_SCORE = 100;

/** A result with details of the search. */
export type TargetResult = Omit<AutomaticResult, 'attemptCount'>;

/**
 * Encodes at the quality that reaches the target score or fits into `max_bytes`. A drawing is often
 * smaller as lossless WebP than at any lossy quality. Lossless encoding is attempted first if the
 * result probably fits, and last if no lossy quality fits. Encodes at most 4 times.
 */
export async function encodeToTarget(source: ImageSource, plan: EncodePlan): Promise<TargetResult> {
  const { maxBytes = Infinity, targetScore, quality } = plan;
  const losslessBytes = estimateLosslessBytes(source, plan);
  const isBestQualityRequested = targetScore === undefined && quality === 100;
  const firstAttempt =
    isBestQualityRequested && losslessBytes <= maxBytes
      ? await encodeLossless(source, plan)
      : undefined;
  if (firstAttempt?.isTargetReached) return firstAttempt;
  const mayNeedLossless = losslessBytes <= maxBytes * MAX_LOSSLESS_EXCESS;
  const automaticResult = await encodeAutomatically(
    source,
    plan,
    MAX_ATTEMPTS - (mayNeedLossless ? 1 : 0),
  );
  if (automaticResult.encoded.length <= maxBytes || !mayNeedLossless) return automaticResult;
  const losslessResult = firstAttempt ?? (await encodeLossless(source, plan));
  return losslessResult.encoded.length < automaticResult.encoded.length
    ? losslessResult
    : automaticResult;
}

/**
 * Estimates the lossless size from the size of the source; Infinity if lossless encoding is not
 * worthwhile.
 */
function estimateLosslessBytes({ header, bytes }: ImageSource, plan: EncodePlan): number {
  const pixelCount = plan.width * plan.height;
  const isDrawing = header.format === 'png' || header.format === 'gif';
  const isLosslessCandidate =
    plan.format === 'webp' && isDrawing && pixelCount <= MAX_LOSSLESS_PIXELS;
  if (plan.maxBytes === undefined || !isLosslessCandidate || keepsFrames(header, plan))
    return Infinity;
  return bytes.length * Math.min(1, pixelCount / (header.width * header.height));
}

async function encodeLossless(source: ImageSource, plan: EncodePlan): Promise<TargetResult> {
  const losslessPlan = { ...plan, quality: 100 };
  const encoded = await encodeImage(source, losslessPlan);
  return {
    encoded,
    plan: losslessPlan,
    ...(plan.targetScore === undefined ? {} : { score: UNCHANGED_SCORE }),
    isTargetReached: encoded.length <= plan.maxBytes!,
  };
}
