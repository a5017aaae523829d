import { decodeImage, withAlphaInColor } from '../decode/decode-image.js';
import { encodeImage, needsPixels } from '../encode/encode-image.js';
import type { EncodePlan } from '../encode/encode-plan.js';
import { FORMATS } from '../formats/index.js';
import { outputHeader } from '../geometry/output-header.js';
import { fromRawPixels, rawPixels, sharp } from '../decode/image-library.js';
import type { ImageFormat } from '../inspect/image-format.js';
import type { ImageHeader } from '../inspect/image-header.js';
import type { ImageSource } from '../inspect/image-source.js';
import { keepsFrames } from '../encode/keeps-frames.js';
import type { RawImage } from '../encode/local-error.js';
import { addXmp } from '../metadata/add-xmp.js';
import { readableSource } from '../decode/readable-source.js';
import { ScoreEstimate } from '../score/score-estimate.js';
import { MIN_SCORED_SIDE } from '../score/ssimulacra2.js';
import { MAX_ATTEMPTS, maxAttempts, QUALITY_CURVES, type QualityCurve } from './quality-curves.js';
import { qualityAt } from './quality-table.js';
import { type QualityAttempt, searchQuality } from './search-quality.js';

/** The search ends at a score this far above the target. */
const SCORE_TOLERANCE = 1.5;
/** Added to the target if the score is estimated from a part of the image. */
const SCORE_MARGIN = 0.5;
/** Logarithm of the share of `max_bytes` that may remain unused. */
const SIZE_TOLERANCE = 0.04;
/** First quality of a search by size. An encode above it may take much longer. */
const FIRST_QUALITY = 60;
/** Maximum attempts of a search by size, including the lowest quality. */
const SIZE_ATTEMPTS = 2;

/** A result with details of the search. */
export interface AutomaticResult {
  encoded: Buffer;
  /** The plan with the chosen quality. */
  plan: EncodePlan;
  /** Estimated SSIMULACRA 2 score, if the plan has a target. */
  score?: number;
  /** Whether the target is reached within the maximum size. */
  isReached: boolean;
  /** Number of encodes. */
  attempts: number;
}

interface Encoded extends QualityAttempt {
  encoded: Buffer;
  score?: number;
}

/** Numbers of encodes. */
interface EncodeLimits {
  /** Number that the time limit allows. */
  encodes: number;
  /** Maximum number. A search by size may exceed the time limit. */
  maxEncodes: number;
}

type Encode = (quality: number) => Promise<Encoded>;

/**
 * Encodes at the lowest quality that reaches the target score, or at the highest one within the
 * maximum size. The size takes precedence. At most 4 encodes.
 *
 * GIF and TIFF have no quality to search. Animations, and images below 8 pixels, have no score.
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
    return { encoded: await encodeImage(source, plan), plan, isReached: true, attempts: 1 };
  }
  const encoder = await createEncoder(source, plan);
  try {
    const encodes = Math.min(maxEncodes, maxAttempts(plan, curve));
    return await encodeWith(encoder, plan, curve, { encodes, maxEncodes });
  } finally {
    encoder.release();
  }
}

async function encodeWith(
  encoder: ScoringEncoder,
  plan: EncodePlan,
  curve: QualityCurve,
  limits: EncodeLimits,
): Promise<AutomaticResult> {
  const { targetScore, maxBytes = Infinity } = plan;
  const attempts: Encoded[] = [];
  const encode = async (quality: number): Promise<Encoded> => {
    const made = { ...(await encoder.encodeAt(quality)), quality, value: 0 };
    attempts.push(made);
    return made;
  };
  const toResult = (made: Encoded, isReached: boolean): AutomaticResult => ({
    encoded: made.encoded,
    plan: { ...plan, quality: made.quality },
    ...(made.score === undefined ? {} : { score: made.score }),
    isReached,
    attempts: attempts.length,
  });
  if (targetScore !== undefined) {
    const wanted = targetScore + (encoder.isExact ? 0 : SCORE_MARGIN);
    const found = await searchScore(plan, curve, { wanted, maxAttempts: limits.encodes }, encode);
    if (found.best.encoded.length <= maxBytes) return toResult(found.best, found.isReached);
  }
  const { best, isReached } = await searchSize(plan, curve, limits, { encode, earlier: attempts });
  return toResult(best, isReached && targetScore === undefined);
}

/** Ends early if no quality reaches the target within the maximum size, or if a search by size must begin. */
async function searchScore(
  plan: EncodePlan,
  curve: QualityCurve,
  { wanted, maxAttempts }: { wanted: number; maxAttempts: number },
  encode: Encode,
): Promise<{ best: Encoded; isReached: boolean }> {
  const { scores, scoreSpread, min, max } = curve;
  const { maxBytes = Infinity } = plan;
  return searchQuality(
    {
      goal: 'lowest-above',
      wanted,
      firstQuality: curve.start ?? Math.round(qualityAt(scores, wanted)),
      min,
      max,
      typical: scores,
      spread: scoreSpread,
      tolerance: SCORE_TOLERANCE,
      maxAttempts,
    },
    async (quality) => {
      const made = await encode(quality);
      // Without a score, the first attempt is the result.
      return { ...made, value: made.score ?? wanted };
    },
    {
      endsAfter: ({ encoded, value }, left) =>
        encoded.length > maxBytes && (value < wanted || left <= SIZE_ATTEMPTS),
    },
  );
}

async function searchSize(
  plan: EncodePlan,
  curve: QualityCurve,
  { encodes, maxEncodes }: EncodeLimits,
  { encode, earlier }: { encode: Encode; earlier: readonly Encoded[] },
): Promise<{ best: Encoded; isReached: boolean }> {
  const wanted = Math.log(plan.maxBytes!);
  const withSize = (made: Encoded): Encoded => ({ ...made, value: Math.log(made.encoded.length) });
  const left = encodes - earlier.length;
  return searchQuality(
    {
      goal: 'highest-below',
      wanted,
      firstQuality: Math.max(curve.min, Math.min(plan.quality, curve.start ?? FIRST_QUALITY)),
      min: curve.min,
      max: plan.targetScore === undefined ? Math.max(plan.quality, curve.min) : curve.max,
      typical: curve.sizes,
      tolerance: SIZE_TOLERANCE,
      maxAttempts: Math.min(maxEncodes - earlier.length, Math.max(SIZE_ATTEMPTS, left)),
    },
    async (quality) => withSize(await encode(quality)),
    { earlier: earlier.map(withSize) },
  );
}

/** Encodes one image at several qualities. */
interface ScoringEncoder {
  encodeAt: (quality: number) => Promise<Pick<Encoded, 'encoded' | 'score'>>;
  /** Whether the scores cover the whole image. */
  isExact: boolean;
  release: () => void;
}

/** Returns an encoder whose attempts share the pixels of the output. Its results have a score if wanted. */
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
  const shown = outputHeader(header, plan);
  const pixels = await decodeImage(source, plan, (image) =>
    rawPixels(withAlphaInColor(image, shown)),
  );
  const estimate = isScored ? new ScoreEstimate(pixels) : undefined;
  return {
    encodeAt: async (quality) => {
      const attempt = { ...plan, quality };
      const encoded = needsPixels(header, plan)
        ? await encodePixels(pixels, attempt, shown)
        : await encodeImage(source, attempt);
      if (!estimate) return { encoded };
      const score = estimate.computeScore(await toDecodedPixels(encoded, format));
      return { encoded, score: Math.floor(score * 10) / 10 };
    },
    isExact: estimate?.isExact ?? true,
    release: () => estimate?.release(),
  };
}

async function encodePixels(
  pixels: RawImage,
  plan: EncodePlan,
  header: ImageHeader,
): Promise<Buffer> {
  const image = fromRawPixels(pixels);
  const inOneSpace = header.isGray ? image.toColourspace('b-w') : image;
  const encoded = await FORMATS[plan.format].encode(inOneSpace, plan, header);
  return addXmp(encoded, plan.format, header.keptXmp);
}

function toDecodedPixels(encoded: Buffer, format: ImageFormat): Promise<RawImage> {
  const image = sharp(readableSource(encoded, format), { limitInputPixels: false });
  return rawPixels(image.toColourspace('srgb'));
}
