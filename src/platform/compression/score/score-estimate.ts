import type { RawImage } from '../local-error.js';
import { BLUR_RADIUS } from './blurred-rows.js';
import { BlurBuffers, type PlaneErrors, SourcePlane } from './plane-errors.js';
import { quartered } from './quartered.js';
import { type SampledTile, sampledTiles, tileOf } from './sampled-tiles.js';
import { weightsOf } from './ssimulacra2-weights.js';
import { halved, linearPlanes, type Planes, positiveXyb } from './xyb.js';

/** Number of tiles that are compared at the two finest scales. Coarser scales are compared as a whole. */
const MAX_TILES = [32, 12];
/** The score of an image with at most so many pixels is exact. */
const MAX_EXACT_PIXELS = 100_000;
/** Compared pixels of each side of a tile, at its scale. */
const TILE_SIDE = 32;
const MAX_SCALES = 6;
/** A scale has no smaller scale if one of its sides is shorter. */
const MIN_HALVED_SIDE = 8;
/** Planes of a smaller total weight change the score by less than 0.02. */
const MIN_WEIGHT = 0.05;
/** The same for planes that are compared in tiles, by less than 0.2. */
const MIN_TILE_WEIGHT = 2;
const COMPONENTS = [0, 1, 2];
const BLUE = 2;
/** Backgrounds of transparent pixels, in sRGB from 0 to 1. The lower score of the dark and the bright one counts. */
const BACKGROUNDS = [0.1, 0.9];
const OPAQUE_BACKGROUND = [0.5];
/** Points between the scores on both backgrounds from which on the same one is lower for all versions. */
const CLEAR_DIFFERENCE = 5;

/** A part of an image at one scale, or the whole. */
interface Part {
  scale: number;
  /** Share of the image that the part represents. */
  weight: number;
  /** Pixels at the borders whose blur lacks neighbors. */
  inset: number;
  linear: Planes;
}

interface SourcePart extends Omit<Part, 'linear'> {
  /** By component; absent if it does not change the score. */
  planes: (SourcePlane | undefined)[];
}

interface ScoredSource {
  background: number;
  parts: SourcePart[];
}

/**
 * Computes SSIMULACRA 2 scores of several versions of one source. Planes of no weight are omitted. Of a large
 * image, the two finest scales are compared in some tiles.
 */
export class ScoreEstimate {
  readonly #tiles: SampledTile[][];
  readonly #scales: number;
  readonly #buffers = new Map<number, BlurBuffers>();
  #sources: ScoredSource[];

  /** @param source sRGB, 8 bits, at least `MIN_SCORED_SIDE` pixels on each side */
  constructor(source: RawImage, { maxExactPixels = MAX_EXACT_PIXELS } = {}) {
    const isExact = source.width * source.height <= maxExactPixels;
    this.#tiles = isExact
      ? []
      : MAX_TILES.map((count, scale) => sampledTiles(source, tileSize(scale), count));
    this.#scales = countScales(source);
    const hasAlpha = source.channels % 2 === 0;
    this.#sources = (hasAlpha ? BACKGROUNDS : OPAQUE_BACKGROUND).map((background) => ({
      background,
      parts: Array.from(this.#partsOf(source, background), (part) => this.#sourcePart(part)),
    }));
  }

  /**
   * Compares a transparent image on both backgrounds. If one score is clearly lower, later versions are compared
   * only on that background.
   *
   * @param distorted the same size as the source
   */
  scoreOf(distorted: RawImage): number {
    const scores = this.#sources.map((source) => this.#scoreOn(source, distorted));
    const lowest = Math.min(...scores);
    this.#sources = this.#sources.filter((_, i) => scores[i] <= lowest + CLEAR_DIFFERENCE);
    return lowest;
  }

  #scoreOn({ background, parts }: ScoredSource, distorted: RawImage): number {
    const sums = new ErrorSums(this.#scales);
    let index = 0;
    for (const part of this.#partsOf(distorted, background)) {
      const { scale, weight, inset, planes } = parts[index++];
      const others = planesOf(part, this.#scales);
      for (const component of COMPONENTS) {
        const errors = planes[component]?.errorsOf(others[component], inset);
        if (errors) sums.addErrors(component, scale, errors, weight);
      }
    }
    return scoreOfSum(sums.total);
  }

  #sourcePart({ scale, weight, inset, linear }: Part): SourcePart {
    const planes = planesOf({ scale, linear }, this.#scales);
    return {
      scale,
      weight,
      inset,
      planes: COMPONENTS.map((component) =>
        this.#isCompared(component, scale)
          ? new SourcePlane(planes[component], linear.height, this.#buffersOf(linear.width))
          : undefined,
      ),
    };
  }

  #isCompared(component: number, scale: number): boolean {
    const least = scale < this.#tiles.length ? MIN_TILE_WEIGHT : MIN_WEIGHT;
    return totalWeight(component, scale, this.#scales) >= least;
  }

  #buffersOf(width: number): BlurBuffers {
    let buffers = this.#buffers.get(width);
    if (!buffers) this.#buffers.set(width, (buffers = new BlurBuffers(width)));
    return buffers;
  }

  /** Returns the parts of the source or of one of its versions, always in the same order. */
  *#partsOf(image: RawImage, background: number): Generator<Part> {
    for (const [scale, tiles] of this.#tiles.entries()) {
      for (const tile of tiles) {
        let linear = linearPlanes(tileOf(image, tile), background);
        for (let step = 0; step < scale; step++) linear = halved(linear);
        const isWhole = tile.width === image.width && tile.height === image.height;
        yield { scale, weight: tile.weight, inset: isWhole ? 0 : BLUR_RADIUS, linear };
      }
    }
    const first = this.#tiles.length;
    let linear = first > 0 ? quartered(image, background) : linearPlanes(image, background);
    for (let scale = first; scale < this.#scales; scale++) {
      if (scale > first) linear = halved(linear);
      yield { scale, weight: 1, inset: 0, linear };
    }
  }
}

/** Neighbor tiles overlap, because their borders are not compared. */
const tileSize = (scale: number) => ({
  side: (TILE_SIDE + 2 * BLUR_RADIUS) << scale,
  overlap: (2 * BLUR_RADIUS) << scale,
});

function countScales({ width, height }: RawImage): number {
  let side = Math.min(width, height);
  let scales = 1;
  for (; scales < MAX_SCALES && side >= MIN_HALVED_SIDE; scales++) side = Math.ceil(side / 2);
  return scales;
}

const totalWeight = (component: number, scale: number, scales: number): number =>
  weightsOf(component, scale, scales).reduce((sum, weight) => sum + weight, 0);

/** Returns no planes of a scale without weight. */
function planesOf({ scale, linear }: Pick<Part, 'scale' | 'linear'>, scales: number) {
  const weights = COMPONENTS.map((component) => totalWeight(component, scale, scales));
  if (weights.every((weight) => weight < MIN_WEIGHT)) return [];
  return positiveXyb(linear, weights[BLUE] >= MIN_WEIGHT);
}

/** Sums of weighted errors by component and scale. */
class ErrorSums {
  readonly #means: Float64Array;
  readonly #powers: Float64Array;

  constructor(private readonly scales: number) {
    this.#means = new Float64Array(3 * MAX_SCALES * 3);
    this.#powers = new Float64Array(3 * MAX_SCALES * 3);
  }

  addErrors(component: number, scale: number, errors: PlaneErrors, weight: number): void {
    const { structure, artifacts, lostDetail } = errors;
    const at = (component * this.scales + scale) * 3;
    for (const [map, [mean, norm4]] of [structure, artifacts, lostDetail].entries()) {
      this.#means[at + map] += mean * weight;
      this.#powers[at + map] += norm4 ** 4 * weight;
    }
  }

  /** The weighted sum of all norms. */
  get total(): number {
    let total = 0;
    for (const component of COMPONENTS) {
      for (let scale = 0; scale < this.scales; scale++) {
        const weights = weightsOf(component, scale, this.scales);
        const at = (component * this.scales + scale) * 3;
        for (let map = 0; map < 3; map++) {
          total += weights[map] * this.#means[at + map];
          total += weights[3 + map] * this.#powers[at + map] ** 0.25;
        }
      }
    }
    return total;
  }
}

/** Maps the weighted sum of all norms to the scale of mean opinion scores. */
function scoreOfSum(total: number): number {
  const sum = total * 0.9562382616834844;
  const error =
    2.326765642916932 * sum - 0.020884521182843837 * sum ** 2 + 6.248496625763138e-5 * sum ** 3;
  return error > 0 ? 100 - 10 * error ** 0.6276336467831387 : 100;
}
