import type { RawImage } from '../encode/local-error.js';
import {
  halvePlane,
  linearPlanes,
  type LinearPlanes,
  quarterPlane,
  wholeImage,
} from './linear-planes.js';
import { type Address, planeBytes, ScoreMemory } from './score-memory.js';
import { countScales, type ScorePart, selectParts } from './score-parts.js';
import { getWeights } from './ssimulacra2-weights.js';

/** The score of an image with at most this many pixels is exact. */
export const MAX_EXACT_PIXELS = 2_000_000;
/** Planes of a smaller total weight change the score by less than 0.02. */
const MIN_WEIGHT = 0.05;
const COMPONENTS = [0, 1, 2];
/** Position of the weights of 4-norms, after those of the three means. */
const NORM4 = 3;
/** Sums of errors of a plane: three maps with their fourth powers. */
const SUM_COUNT = 6;
/** Backgrounds of transparent pixels, in sRGB from 0 to 1. The lower score of the dark and the bright one counts. */
const BACKGROUNDS = [0.1, 0.9];
const OPAQUE_BACKGROUND = [0.5];
/**
 * Score difference between both backgrounds above which the same background is lower for all
 * versions.
 */
const CLEAR_DIFFERENCE = 5;

/** A plane of the source. It is blurred once for all versions that it is compared with. */
interface SourcePlane {
  plane: Address;
  means: Address;
  /** 0 if its structure is not compared. */
  squares: Address;
}

interface ScoredSource {
  background: number;
  /** By part and component; absent if it does not change the score. */
  planes: (SourcePlane | undefined)[][];
}

/**
 * Computes SSIMULACRA 2 scores of several versions of one source. Planes of no weight are omitted. Of a large
 * image, the two finest scales are compared in some tiles.
 */
export class ScoreEstimate {
  /** Whether the whole image is compared at all scales. */
  readonly isExact: boolean;
  readonly #memory = ScoreMemory.acquire();
  readonly #sumsAt: Address;
  readonly #scales: number;
  readonly #parts: ScorePart[];
  #sources: ScoredSource[];

  /** @param source sRGB, 8 bits, at least `MIN_SCORED_SIDE` pixels on each side */
  constructor(source: RawImage, { maxExactPixels = MAX_EXACT_PIXELS } = {}) {
    const isExact = source.width * source.height <= maxExactPixels;
    this.isExact = isExact;
    this.#sumsAt = this.#memory.allocate(SUM_COUNT * 8);
    this.#scales = countScales(source);
    this.#parts = selectParts(source, isExact, this.#scales);
    const hasAlpha = source.channels % 2 === 0;
    this.#sources = (hasAlpha ? BACKGROUNDS : OPAQUE_BACKGROUND).map((background) => ({
      background,
      planes: this.#parts.map((part) => this.#allocatePlanes(part)),
    }));
    for (const { background, planes } of this.#sources) {
      this.#forEachPart(source, background, (part, xyb, index, scratch) => {
        for (const [component, compared] of planes[index].entries()) {
          if (!compared) continue;
          const { plane, means, squares } = compared;
          const { width, height } = part;
          this.#memory
            .floats(plane, width, height)
            .set(this.#memory.floats(xyb[component], width, height));
          this.#memory.functions.blurSource(plane, width, height, means, squares, scratch);
        }
      });
    }
  }

  /** Maximum bytes that the planes have used. */
  get usedBytes(): number {
    return this.#memory.usedBytes;
  }

  /** Frees the memory. Nothing can be compared afterwards. */
  release(): void {
    this.#memory.release();
  }

  /**
   * Compares a transparent image on both backgrounds. If one score is clearly lower, later versions are compared
   * only on that background.
   *
   * @param distorted the same size as the source
   */
  computeScore(distorted: RawImage): number {
    const scores = this.#sources.map((source) => this.#scoreOn(source, distorted));
    const lowest = Math.min(...scores);
    this.#sources = this.#sources.filter((_, i) => scores[i] <= lowest + CLEAR_DIFFERENCE);
    return lowest;
  }

  #scoreOn({ background, planes }: ScoredSource, distorted: RawImage): number {
    const sums = new ErrorSums(this.#scales);
    const { functions } = this.#memory;
    const sumsAt = this.#sumsAt;
    this.#forEachPart(
      distorted,
      background,
      ({ scale, weight, inset, width, height }, xyb, index, scratch) => {
        for (const [component, compared] of planes[index].entries()) {
          if (!compared) continue;
          const { plane, means, squares } = compared;
          this.#memory.doubles(sumsAt, SUM_COUNT).fill(0);
          functions.addErrors(
            plane,
            means,
            squares,
            xyb[component],
            width,
            height,
            inset,
            scratch,
            sumsAt,
          );
          const pixels = (width - 2 * inset) * (height - 2 * inset);
          sums.addErrors(
            component,
            scale,
            this.#memory.doubles(sumsAt, SUM_COUNT),
            weight / pixels,
          );
        }
      },
    );
    return toScore(sums.total);
  }

  #allocatePlanes({ scale, width, height }: ScorePart): (SourcePlane | undefined)[] {
    return COMPONENTS.map((component) => {
      const weights = getWeights(component, scale, this.#scales);
      if (sumWeights(weights) < MIN_WEIGHT) return undefined;
      const allocate = () => this.#memory.allocatePlane(width, height);
      const hasStructure = weights[0] + weights[NORM4] >= MIN_WEIGHT;
      return { plane: allocate(), means: allocate(), squares: hasStructure ? allocate() : 0 };
    });
  }

  /** Calls back with the planes of each part of the source or of one of its versions. */
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
        linear = linearPlanes(memory, image, tile, background);
        for (let step = 0; step < scale; step++) linear = halvePlane(memory, linear);
      } else if (linear) linear = halvePlane(memory, linear);
      else
        linear =
          scale === 0
            ? linearPlanes(memory, image, wholeImage(image), background)
            : quarterPlane(memory, image, background);
      const before = memory.end;
      const xyb = this.#xybOf(linear, scale);
      const scratch = memory.allocate(memory.functions.scratchBytes(width));
      if (xyb) callback(part, xyb, index, scratch);
      memory.rewind(tile ? end : before);
      if (tile) linear = undefined;
    }
    memory.rewind(end);
  }

  /** Returns undefined for a scale without weight. */
  #xybOf({ planes, width, height }: LinearPlanes, scale: number): Address[] | undefined {
    const [hasX, hasY, hasBlue] = COMPONENTS.map(
      (component) => sumWeights(getWeights(component, scale, this.#scales)) >= MIN_WEIGHT,
    );
    if (!hasX && !hasY && !hasBlue) return undefined;
    const allocate = (changesScore: boolean) =>
      changesScore ? this.#memory.allocatePlane(width, height) : 0;
    const xyb = [allocate(hasX), allocate(true), allocate(hasBlue)] as const;
    this.#memory.functions.toXyb(...planes, planeBytes(width, height), ...xyb);
    return [...xyb];
  }
}

const sumWeights = (weights: readonly number[]): number =>
  weights.reduce((sum, weight) => sum + weight, 0);

/** Means of errors and of their fourth powers, by component, scale and map. */
class ErrorSums {
  readonly #means: Float64Array;

  constructor(private readonly scales: number) {
    this.#means = new Float64Array(COMPONENTS.length * scales * SUM_COUNT);
  }

  /** @param sums result of `addErrors` */
  addErrors(component: number, scale: number, sums: Float64Array, weight: number): void {
    const at = (component * this.scales + scale) * SUM_COUNT;
    for (const [i, sum] of sums.entries()) this.#means[at + i] += sum * weight;
  }

  /** The weighted sum of all norms. */
  get total(): number {
    let total = 0;
    for (const component of COMPONENTS) {
      for (let scale = 0; scale < this.scales; scale++) {
        const weights = getWeights(component, scale, this.scales);
        const at = (component * this.scales + scale) * SUM_COUNT;
        for (let map = 0; map < NORM4; map++) {
          total += weights[map] * this.#means[at + 2 * map];
          total += weights[NORM4 + map] * this.#means[at + 2 * map + 1] ** 0.25;
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
