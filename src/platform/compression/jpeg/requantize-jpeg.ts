import { KEPT_BY_RESAMPLING } from './chroma-resampling.js';
import type { CoefficientMemory } from './coefficient-memory.js';
import { hasFineChromaBlocks } from './fine-chroma-blocks.js';
import { ChromaHalving } from './halved-chroma.js';
import { readJpeg } from './read-jpeg.js';
import { type PlanarComponent, type PlanarJpeg, readPlanes } from './read-planes.js';
import { requantizePlanes, type WrittenComponent } from './requantize-planes.js';
import { AC_ROUNDING, requantizeScan } from './requantize-scan.js';
import { writeJpeg } from './write-jpeg.js';

/** Larger files are rare. The coefficients of a malicious one would take 16 times its size. */
const MAX_BYTES = 8 * 1024 * 1024;

/**
 * Mean ratio of the wanted quantization steps to those of the source, up to which the source's are kept. Quantizing
 * twice with nearly the same steps costs up to 9 points of score for 8 % of the bytes
 * (docs/adr/0037-jpeg-quality-by-score.md).
 */
const MAX_KEPT_RATIO = 1.18;

/** Quantization tables in zigzag order, as a DQT segment has them. */
export interface QuantizationTables {
  luma: Uint8Array;
  chroma: Uint8Array;
}

/**
 * Returns the JPEG with coarser quantization. Decodes, quantizes and encodes its coefficients without
 * computing pixels: only quantization loses information. Coarser quantization steps of the source are kept, and
 * all of its steps if the wanted ones are hardly coarser.
 *
 * @param keepsFullChroma true keeps 4:4:4; false keeps it only if subsampling would be visible
 * @returns undefined for an unsupported JPEG, which the library encodes instead
 */
export function requantizeJpeg(
  bytes: Buffer,
  wanted: QuantizationTables,
  keepsFullChroma = false,
): Buffer | undefined {
  if (bytes.length > MAX_BYTES) return undefined;
  const jpeg = readJpeg(bytes);
  if (jpeg === undefined) {
    const planar = readPlanes(bytes);
    return planar && requantizePlanar(planar, wanted, keepsFullChroma);
  }
  const [, cb, cr] = jpeg.components;
  // Cb and Cr share one table in the output.
  if (
    cb &&
    !Buffer.from(coarserTable(cb.steps, wanted.chroma)).equals(
      coarserTable(cr.steps, wanted.chroma),
    )
  )
    return undefined;
  const { luma, chroma } = targetTables(jpeg.components, wanted);
  const target = jpeg.components.map((_, c) => (c === 0 ? luma : chroma));
  const tokens = requantizeScan(jpeg, target);
  return tokens && writeJpeg(jpeg, tokens, target);
}

function targetTables(
  [luma, ...chroma]: { steps: Uint8Array }[],
  wanted: QuantizationTables,
): QuantizationTables {
  const lumaTable = coarserTable(luma.steps, wanted.luma);
  const chromaTable = chroma.reduce(
    (table, { steps }) => coarserTable(table, steps),
    wanted.chroma,
  );
  const isKept =
    meanRatio(lumaTable, luma.steps) <= MAX_KEPT_RATIO &&
    chroma.every(({ steps }) => meanRatio(chromaTable, steps) <= MAX_KEPT_RATIO);
  if (!isKept) return { luma: lumaTable, chroma: chromaTable };
  const none = new Uint8Array(64);
  return {
    luma: luma.steps,
    chroma: chroma.reduce<Uint8Array>((table, { steps }) => coarserTable(table, steps), none),
  };
}

/** Returns the geometric mean of the ratios. */
function meanRatio(target: Uint8Array, source: Uint8Array): number {
  let sum = 0;
  for (const [k, step] of source.entries()) sum += Math.log(target[k] / step);
  return Math.exp(sum / source.length);
}

const coarserTable = (one: Uint8Array, other: Uint8Array): Uint8Array =>
  one.map((step, k) => Math.max(step, other[k]));

function requantizePlanar(
  { width, height, chromaStep, components, memory }: PlanarJpeg,
  wanted: QuantizationTables,
  keepsFullChroma: boolean,
): Buffer | undefined {
  const [luma, ...chroma] = components;
  const tables = targetTables(components, wanted);
  const isFull = chroma.length > 0 && chromaStep === 1;
  const keepsSampling = isFull && (keepsFullChroma || hasFineChromaBlocks(chroma));
  const side = chroma.length > 0 && !keepsSampling ? 2 : 1;
  const written: WrittenComponent[] = [
    { plane: luma, horizontal: side, vertical: side, scales: ratios(luma.steps, tables.luma) },
    ...(isFull && !keepsSampling
      ? halvePlanes(memory, chroma, tables.chroma)
      : chroma.map((component) => ({
          plane: component,
          horizontal: 1,
          vertical: 1,
          scales: chromaScales(component, tables.chroma, keepsSampling),
        }))),
  ];
  const [mcuColumns, mcuRows] = [width, height].map((size) => Math.ceil(size / (8 * side)));
  const tokens = requantizePlanes(memory, written, mcuColumns, mcuRows, AC_ROUNDING);
  const frame = { width, height, components: written };
  return tokens && writeJpeg(frame, tokens, [tables.luma, tables.chroma]);
}

const ratios = (steps: Uint8Array, target: Uint8Array): Float64Array =>
  Float64Array.from(steps, (step, k) => step / target[k]);

/** Applies the loss of resampling to half-size chroma, unless its table is unchanged. */
function chromaScales({ steps }: PlanarComponent, table: Uint8Array, isFull: boolean) {
  const scales = ratios(steps, table);
  const isSame = scales.every((scale) => scale === 1);
  return isFull || isSame ? scales : scales.map((scale, k) => scale * KEPT_BY_RESAMPLING[k]);
}

function halvePlanes(
  memory: CoefficientMemory,
  chroma: PlanarComponent[],
  table: Uint8Array,
): WrittenComponent[] {
  const [{ columns, rows, stride, nonzero }] = chroma;
  const [halvedStride, halvedLines] = [stride / 2, nonzero.length / 4 / stride];
  const halving = new ChromaHalving(memory, table, AC_ROUNDING);
  return chroma.map((component) => {
    const plane = memory.allocatePlane(
      Math.ceil(columns / 2),
      Math.ceil(rows / 2),
      halvedStride,
      halvedLines,
    );
    halving.halveChroma(component, plane);
    return { plane, horizontal: 1, vertical: 1, scales: new Float64Array(64).fill(1) };
  });
}
