import type { RawImage } from '../encode/local-error.js';
import {
  halvePlanes,
  createLinearPlanes,
  type LinearPlanes,
  createQuarterPlanes,
  getWholeRegion,
} from './linear-planes.js';
import { type Address, computePlaneBytes, ScoreMemory } from './score-memory.js';
import { countScales, type ScorePart, selectParts } from './score-parts.js';
import { getWeights } from './ssimulacra2-weights.js';

/** The score of an image with at most this many pixels is exact. */
export const MAX_EXACT_PIXELS = 2_000_000;
/** Planes with a smaller total weight change the score by less than 0.02. */
const MIN_WEIGHT = 0.05;
const COMPONENTS = [0, 1, 2];
/** Index of the first 4-norm weight, which follows the weights of the three means. */
const NORM4_INDEX = 3;
/** Number of error sums per plane: the errors of three maps, and their fourth powers. */
const SUM_COUNT = 6;
/** Backgrounds of transparent pixels, in sRGB from 0 to 1. The lower of the two scores counts. */
const BACKGROUNDS = [0.1, 0.9];
const OPAQUE_BACKGROUNDS = [0.5];
/**
 * If the scores on the two backgrounds differ by more than this, the same background has the lower score for all
 * versions.
 */
const CLEAR_DIFFERENCE = 5;

/** A plane of the source, which is blurred only once for all versions. */
interface SourcePlane {
  plane: Address;
  means: Address;
  /** 0 if its structure is not compared. */
  squares: Address;
}

interface ScoredSource {
  background: number;
  /** Planes by part and component; undefined if a plane does not affect the score. */
  planes: (SourcePlane | undefined)[][];
}

/**
 * Computes SSIMULACRA 2 scores of several versions of one source. Omits planes without weight. Compares
 * the two finest scales of a large image only in some tiles.
 */
export class ScoreEstimate {
  /** Whether the whole image is compared at all scales. */
  readonly isExact: boolean;
  readonly #memory = ScoreMemory.acquireMemory();
  readonly #sumsAddress: Address;
  readonly #scaleCount: number;
  readonly #parts: ScorePart[];
  #sources: ScoredSource[];

  /** @param source sRGB, 8 bits, at least `MIN_SCORED_SIDE` pixels on each side */
  constructor(source: RawImage, { maxExactPixels = MAX_EXACT_PIXELS } = {}) {
    const isExact = source.width * source.height <= maxExactPixels;
    this.isExact = isExact;
    this.#sumsAddress = this.#memory.allocateBytes(SUM_COUNT * 8);
    this.#scaleCount = countScales(source);
    this.#parts = selectParts(source, isExact, this.#scaleCount);
    const hasAlpha = source.channels % 2 === 0;
    this.#sources = (hasAlpha ? BACKGROUNDS : OPAQUE_BACKGROUNDS).map((background) => ({
      background,
      planes: this.#parts.map((part) => this.#allocatePlanes(part)),
    }));
    for (const { background, planes } of this.#sources) {
      this.#forEachPart(source, background, (part, xyb, index, scratch) => {
        for (const [component, sourcePlane] of planes[index].entries()) {
          if (!sourcePlane) continue;
          const { plane, means, squares } = sourcePlane;
          const { width, height } = part;
          this.#memory
            .getFloats(plane, width, height)
            .set(this.#memory.getFloats(xyb[component], width, height));
          this.#memory.functions.blurSource(plane, width, height, means, squares, scratch);
        }
      });
    }
  }

  /** Peak memory of the planes, in bytes. */
  get peakBytes(): number {
    return this.#memory.peakBytes;
  }

  /** Frees the memory. No scores can be computed afterwards. */
  releaseMemory(): void {
    this.#memory.releaseMemory();
  }

  /**
   * Compares a transparent image on both backgrounds. If one score is clearly lower, later versions are compared
   * only on that background.
   *
   * @param distorted image of the same size as the source
   */
  computeScore(distorted: RawImage): number {
    const scores = this.#sources.map((source) => this.#computeScoreOnBackground(source, distorted));
    const lowest = Math.min(...scores);
    this.#sources = this.#sources.filter((_, i) => scores[i] <= lowest + CLEAR_DIFFERENCE);
    return lowest;
  }

  #computeScoreOnBackground({ background, planes }: ScoredSource, distorted: RawImage): number {
    const sums = new ErrorSums(this.#scaleCount);
    const { functions } = this.#memory;
    const sumsAddress = this.#sumsAddress;
    this.#forEachPart(
      distorted,
      background,
      ({ scale, weight, inset, width, height }, xyb, index, scratch) => {
        for (const [component, sourcePlane] of planes[index].entries()) {
          if (!sourcePlane) continue;
          const { plane, means, squares } = sourcePlane;
          this.#memory.getDoubles(sumsAddress, SUM_COUNT).fill(0);
          functions.addErrors(
            plane,
            means,
            squares,
            xyb[component],
            width,
            height,
            inset,
            scratch,
            sumsAddress,
          );
          const comparedPixelCount = (width - 2 * inset) * (height - 2 * inset);
          sums.addErrors(
            component,
            scale,
            this.#memory.getDoubles(sumsAddress, SUM_COUNT),
            weight / comparedPixelCount,
          );
        }
      },
    );
    return toScore(sums.total);
  }

  #allocatePlanes({ scale, width, height }: ScorePart): (SourcePlane | undefined)[] {
    return COMPONENTS.map((component) => {
      const weights = getWeights(component, scale, this.#scaleCount);
      if (sumWeights(weights) < MIN_WEIGHT) return undefined;
      const allocatePlane = () => this.#memory.allocatePlane(width, height);
      const hasStructure = weights[0] + weights[NORM4_INDEX] >= MIN_WEIGHT;
      return {
        plane: allocatePlane(),
        means: allocatePlane(),
        squares: hasStructure ? allocatePlane() : 0,
      };
    });
  }

  /** Calls `callback` with the planes of each part of the source or of one of its versions. */
  #forEachPart(
    image: RawImage,
    background: number,
    callback: (part: ScorePart, xyb: Address[], index: number, scratch: Address) => void,
  ): void {
    const memory = this.#memory;
    const { end } = memory;
    let linear: LinearPlanes | undefined;
    for (const [index, part] of this.#parts.entries()) {
      const { scale, tile, width } = part;
      if (tile) {
        linear = createLinearPlanes(memory, image, tile, background);
        for (let step = 0; step < scale; step++) linear = halvePlanes(memory, linear);
      } else if (linear) linear = halvePlanes(memory, linear);
      else
        linear =
          scale === 0
            ? createLinearPlanes(memory, image, getWholeRegion(image), background)
            : createQuarterPlanes(memory, image, background);
      const partEnd = memory.end;
      const xyb = this.#convertToXyb(linear, scale);
      const scratch = memory.allocateBytes(memory.functions.scratchBytes(width));
      if (xyb) callback(part, xyb, index, scratch);
      memory.rewindTo(tile ? end : partEnd);
      if (tile) linear = undefined;
    }
    memory.rewindTo(end);
  }

  /** Converts planes to XYB. Returns undefined for a scale without weight. */
  #convertToXyb({ planes, width, height }: LinearPlanes, scale: number): Address[] | undefined {
    const [hasX, hasY, hasBlue] = COMPONENTS.map(
      (component) => sumWeights(getWeights(component, scale, this.#scaleCount)) >= MIN_WEIGHT,
    );
    if (!hasX && !hasY && !hasBlue) return undefined;
    const allocatePlane = (changesScore: boolean) =>
      changesScore ? this.#memory.allocatePlane(width, height) : 0;
    const xyb = [allocatePlane(hasX), allocatePlane(true), allocatePlane(hasBlue)] as const;
    this.#memory.functions.toXyb(...planes, computePlaneBytes(width, height), ...xyb);
    return [...xyb];
  }
}

const sumWeights = (weights: readonly number[]): number =>
  weights.reduce((sum, weight) => sum + weight, 0);

/** Means of errors and of their fourth powers, by component, scale and map. */
class ErrorSums {
  readonly #means: Float64Array;

  constructor(private readonly scaleCount: number) {
    this.#means = new Float64Array(COMPONENTS.length * scaleCount * SUM_COUNT);
  }

  /** @param sums result of `addErrors` */
  addErrors(component: number, scale: number, sums: Float64Array, weight: number): void {
    const offset = (component * this.scaleCount + scale) * SUM_COUNT;
    for (const [i, sum] of sums.entries()) this.#means[offset + i] += sum * weight;
  }

  /** The weighted sum of all norms. */
  get total(): number {
    let total = 0;
    for (const component of COMPONENTS) {
      for (let scale = 0; scale < this.scaleCount; scale++) {
        const weights = getWeights(component, scale, this.scaleCount);
        const offset = (component * this.scaleCount + scale) * SUM_COUNT;
        for (let map = 0; map < NORM4_INDEX; map++) {
          total += weights[map] * this.#means[offset + 2 * map];
          total += weights[NORM4_INDEX + map] * this.#means[offset + 2 * map + 1] ** 0.25;
        }
      }
    }
    return total;
  }
}

/** Maps the weighted sum of all norms to the scale of mean opinion scores. */
function toScore(total: number): number {
  const sum = total * 0.9562382616834844;
  const error =
    2.326765642916932 * sum - 0.020884521182843837 * sum ** 2 + 6.248496625763138e-5 * sum ** 3;
  return error > 0 ? 100 - 10 * error ** 0.6276336467831387 : 100;
}
