import { decodeImage, convertGrayAlphaToColor } from '../decode/decode-image.js';
import { encodeImage, needsPixels } from '../encode/encode-image.js';
import type { EncodePlan } from '../encode/encode-plan.js';
import { FORMATS } from '../formats/index.js';
import { toOutputHeader } from '../geometry/output-header.js';
import { createImageFromPixels, readRawPixels, sharp } from '../decode/image-library.js';
import type { ImageFormat } from '../inspect/image-format.js';
import type { ImageHeader } from '../inspect/image-header.js';
import type { ImageSource } from '../inspect/image-source.js';
import { keepsFrames } from '../encode/keeps-frames.js';
import type { RawImage } from '../encode/local-error.js';
import { addXmp } from '../metadata/add-xmp.js';
import { toReadableSource } from '../decode/readable-source.js';
import { ScoreEstimate } from '../score/score-estimate.js';
import { MIN_SCORED_SIDE } from '../score/ssimulacra2.js';
import {
  MAX_ATTEMPTS,
  getMaxAttempts,
  QUALITY_CURVES,
  type QualityCurve,
} from './quality-curves.js';
import { interpolateQuality } from './quality-table.js';
import { type QualityAttempt, searchQuality } from './search-quality.js';

/** The search ends at a score that is at most this far above the target. */
const SCORE_TOLERANCE = 1.5;
/** Added to the target if the score is estimated from only part of the image. */
const SCORE_MARGIN = 0.5;
/** Logarithm of the share of `max_bytes` that may remain unused. */
const SIZE_TOLERANCE = 0.04;
/** First quality of a search by size. Encoding at a higher quality may take much longer. */
const FIRST_SIZE_QUALITY = 60;
/** Maximum attempts of a search by size, including the lowest quality. */
const MAX_SIZE_ATTEMPTS = 2;

/** A result with details of the search. */
export interface AutomaticResult {
  encoded: Buffer;
  /** The plan with the selected quality. */
  plan: EncodePlan;
  /** Estimated SSIMULACRA 2 score, if the plan has a target. */
  score?: number;
  /** Whether the target is reached within the maximum size. */
  isTargetReached: boolean;
  /** Number of encodes. */
  attemptCount: number;
}

interface EncodeAttempt extends QualityAttempt {
  encoded: Buffer;
  score?: number;
}

/** Limits on the number of encodes. */
interface EncodeLimits {
  /** Maximum number of encodes within the time limit. */
  maxEncodesInTime: number;
  /** Maximum number of encodes. A search by size may exceed the time limit. */
  maxEncodes: number;
}

type Encode = (quality: number) => Promise<EncodeAttempt>;

/**
 * Encodes at the lowest quality that reaches the target score, or at the highest one within the
 * maximum size. The size takes precedence. Encodes at most 4 times.
 *
 * GIF and TIFF have no quality to search. Animations and images with a side below 8 pixels have no score.
 * They are encoded at the quality that photographs need on average.
 *
 * @param maxEncodes maximum number of encodes, 1 to 4
 */
export async function encodeAutomatically(
  source: ImageSource,
  plan: EncodePlan,
  maxEncodes = MAX_ATTEMPTS,
): Promise<AutomaticResult> {
  const curve = QUALITY_CURVES[plan.format];
  if (!curve) {
    return {
      encoded: await encodeImage(source, plan),
      plan,
      isTargetReached: true,
      attemptCount: 1,
    };
  }
  const encoder = await createEncoder(source, plan);
  try {
    const maxEncodesInTime = Math.min(maxEncodes, getMaxAttempts(plan, curve));
    return await encodeWithCurve(encoder, plan, curve, { maxEncodesInTime, maxEncodes });
  } finally {
    encoder.release();
  }
}

async function encodeWithCurve(
  encoder: ScoringEncoder,
  plan: EncodePlan,
  curve: QualityCurve,
  limits: EncodeLimits,
): Promise<AutomaticResult> {
  const { targetScore, maxBytes = Infinity } = plan;
  const attempts: EncodeAttempt[] = [];
  const encode = async (quality: number): Promise<EncodeAttempt> => {
    const attempt = { ...(await encoder.encodeAt(quality)), quality, value: 0 };
    attempts.push(attempt);
    return attempt;
  };
  const toResult = (attempt: EncodeAttempt, isTargetReached: boolean): AutomaticResult => ({
    encoded: attempt.encoded,
    plan: { ...plan, quality: attempt.quality },
    ...(attempt.score === undefined ? {} : { score: attempt.score }),
    isTargetReached,
    attemptCount: attempts.length,
  });
  if (targetScore !== undefined) {
    const target = targetScore + (encoder.isExact ? 0 : SCORE_MARGIN);
    const scoreResult = await searchScore(
      plan,
      curve,
      { target, maxAttempts: limits.maxEncodesInTime },
      encode,
    );
    if (scoreResult.best.encoded.length <= maxBytes)
      return toResult(scoreResult.best, scoreResult.isTargetReached);
  }
  const { best, isTargetReached } = await searchSize(plan, curve, limits, {
    encode,
    earlierAttempts: attempts,
  });
  return toResult(best, isTargetReached && targetScore === undefined);
}

/**
 * Searches for the quality that reaches the target score. Ends early if no quality reaches it within the maximum
 * size, or if a search by size must begin.
 */
async function searchScore(
  plan: EncodePlan,
  curve: QualityCurve,
  { target, maxAttempts }: { target: number; maxAttempts: number },
  encode: Encode,
): Promise<{ best: EncodeAttempt; isTargetReached: boolean }> {
  const { scores, scoreSpread, min, max } = curve;
  const { maxBytes = Infinity } = plan;
  return searchQuality(
    {
      goal: 'lowest-above',
      target,
      firstQuality: curve.firstQuality ?? Math.round(interpolateQuality(scores, target)),
      min,
      max,
      typicalValues: scores,
      spread: scoreSpread,
      tolerance: SCORE_TOLERANCE,
      maxAttempts,
    },
    async (quality) => {
      const attempt = await encode(quality);
      // Without a score, the first attempt is the result.
      return { ...attempt, value: attempt.score ?? target };
    },
    {
      shouldStop: ({ encoded, value }, remainingAttempts) =>
        encoded.length > maxBytes && (value < target || remainingAttempts <= MAX_SIZE_ATTEMPTS),
    },
  );
}

async function searchSize(
  plan: EncodePlan,
  curve: QualityCurve,
  { maxEncodesInTime, maxEncodes }: EncodeLimits,
  { encode, earlierAttempts }: { encode: Encode; earlierAttempts: readonly EncodeAttempt[] },
): Promise<{ best: EncodeAttempt; isTargetReached: boolean }> {
  const target = Math.log(plan.maxBytes!);
  const toSizeAttempt = (attempt: EncodeAttempt): EncodeAttempt => ({
    ...attempt,
    value: Math.log(attempt.encoded.length),
  });
  const remainingEncodes = maxEncodesInTime - earlierAttempts.length;
  return searchQuality(
    {
      goal: 'highest-below',
      target,
      firstQuality: Math.max(
        curve.min,
        Math.min(plan.quality, curve.firstQuality ?? FIRST_SIZE_QUALITY),
      ),
      min: curve.min,
      max: plan.targetScore === undefined ? Math.max(plan.quality, curve.min) : curve.max,
      typicalValues: curve.sizes,
      tolerance: SIZE_TOLERANCE,
      maxAttempts: Math.min(
        maxEncodes - earlierAttempts.length,
        Math.max(MAX_SIZE_ATTEMPTS, remainingEncodes),
      ),
    },
    async (quality) => toSizeAttempt(await encode(quality)),
    { earlierAttempts: earlierAttempts.map(toSizeAttempt) },
  );
}

/** Encodes one image at several qualities. */
interface ScoringEncoder {
  encodeAt: (quality: number) => Promise<Pick<EncodeAttempt, 'encoded' | 'score'>>;
  /** Whether scores are computed from the whole image. */
  isExact: boolean;
  release: () => void;
}

/**
 * Creates an encoder whose attempts share the pixels of the output. Scores each attempt if the plan has a target
 * score.
 */
async function createEncoder(source: ImageSource, plan: EncodePlan): Promise<ScoringEncoder> {
  const { header } = source;
  const { format, targetScore } = plan;
  const isScored =
    targetScore !== undefined && Math.min(plan.width, plan.height) >= MIN_SCORED_SIDE;
  if (keepsFrames(header, plan)) {
    return {
      encodeAt: async (quality) => ({ encoded: await encodeImage(source, { ...plan, quality }) }),
      isExact: true,
      release: () => {},
    };
  }
  const outputHeader = toOutputHeader(header, plan);
  const pixels = await decodeImage(source, plan, (image) =>
    readRawPixels(convertGrayAlphaToColor(image, outputHeader)),
  );
  const estimate = isScored ? new ScoreEstimate(pixels) : undefined;
  return {
    encodeAt: async (quality) => {
      const attemptPlan = { ...plan, quality };
      const encoded = needsPixels(header, plan)
        ? await encodePixels(pixels, attemptPlan, outputHeader)
        : await encodeImage(source, attemptPlan);
      if (!estimate) return { encoded };
      const score = estimate.computeScore(await decodeToPixels(encoded, format));
      return { encoded, score: Math.floor(score * 10) / 10 };
    },
    isExact: estimate?.isExact ?? true,
    release: () => estimate?.releaseMemory(),
  };
}

async function encodePixels(
  pixels: RawImage,
  plan: EncodePlan,
  header: ImageHeader,
): Promise<Buffer> {
  const image = createImageFromPixels(pixels);
  const converted = header.isGray ? image.toColourspace('b-w') : image;
  const encoded = await FORMATS[plan.format].encodeImage(converted, plan, header);
  return addXmp(encoded, plan.format, header.keptXmp);
}

function decodeToPixels(encoded: Buffer, format: ImageFormat): Promise<RawImage> {
  const image = sharp(toReadableSource(encoded, format), { limitInputPixels: false });
  return readRawPixels(image.toColourspace('srgb'));
}
