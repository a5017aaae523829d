import { RESAMPLING_FACTORS } from './chroma-resampling.js';
import type { CoefficientMemory } from './coefficient-memory.js';
import { hasFineChromaBlocks } from './fine-chroma-blocks.js';
import { ChromaHalving } from './chroma-halving.js';
import { readJpeg } from './read-jpeg.js';
import { type PlanarComponent, type PlanarJpeg, readPlanes } from './read-planes.js';
import { requantizePlanes, type OutputComponent } from './requantize-planes.js';
import { AC_ROUNDING, requantizeScan } from './requantize-scan.js';
import { writeJpeg } from './write-jpeg.js';

/** Larger files are rare. The coefficients of a malicious one would take 16 times its size. */
const MAX_SOURCE_BYTES = 8 * 1024 * 1024;

/**
 * If the mean ratio of the requested to the source quantization steps is at most this, the source tables are kept.
 * Quantizing twice with nearly the same steps lowers the score by up to 9 points. It saves only 8% of the bytes
 * (docs/adr/0037-jpeg-quality-by-score.md).
 */
const MAX_KEPT_RATIO = 1.18;

/** Quantization tables in zigzag order, as in a DQT segment. */
export interface QuantizationTables {
  luma: Uint8Array;
  chroma: Uint8Array;
}

/**
 * Applies coarser quantization to a JPEG. Decodes, quantizes and encodes its coefficients without computing pixels,
 * so only quantization loses information. Keeps steps of the source that are coarser than the requested ones. Keeps
 * all steps of the source if the requested ones are only slightly coarser.
 *
 * @param keepsFullChroma true keeps 4:4:4; false keeps it only if subsampling would be visible
 * @returns undefined for an unsupported JPEG, which sharp encodes instead
 */
export function requantizeJpeg(
  bytes: Buffer,
  requestedTables: QuantizationTables,
  keepsFullChroma = false,
): Buffer | undefined {
  if (bytes.length > MAX_SOURCE_BYTES) return undefined;
  const jpeg = readJpeg(bytes);
  if (jpeg === undefined) {
    const planarJpeg = readPlanes(bytes);
    return planarJpeg && requantizePlanar(planarJpeg, requestedTables, keepsFullChroma);
  }
  const [, cb, cr] = jpeg.components;
  // Cb and Cr share one table in the output.
  if (
    cb &&
    !Buffer.from(getCoarserTable(cb.quantizationTable, requestedTables.chroma)).equals(
      getCoarserTable(cr.quantizationTable, requestedTables.chroma),
    )
  )
    return undefined;
  const { luma, chroma } = chooseTargetTables(jpeg.components, requestedTables);
  const targetTables = jpeg.components.map((_, c) => (c === 0 ? luma : chroma));
  const tokens = requantizeScan(jpeg, targetTables);
  return tokens && writeJpeg(jpeg, tokens, targetTables);
}

function chooseTargetTables(
  [luma, ...chroma]: { quantizationTable: Uint8Array }[],
  requestedTables: QuantizationTables,
): QuantizationTables {
  const lumaTable = getCoarserTable(luma.quantizationTable, requestedTables.luma);
  const chromaTable = chroma.reduce(
    (table, { quantizationTable }) => getCoarserTable(table, quantizationTable),
    requestedTables.chroma,
  );
  const keepsSourceTables =
    computeMeanRatio(lumaTable, luma.quantizationTable) <= MAX_KEPT_RATIO &&
    chroma.every(
      ({ quantizationTable }) => computeMeanRatio(chromaTable, quantizationTable) <= MAX_KEPT_RATIO,
    );
  if (!keepsSourceTables) return { luma: lumaTable, chroma: chromaTable };
  const zeroTable = new Uint8Array(64);
  return {
    luma: luma.quantizationTable,
    chroma: chroma.reduce<Uint8Array>(
      (table, { quantizationTable }) => getCoarserTable(table, quantizationTable),
      zeroTable,
    ),
  };
}

/** Returns the geometric mean of the ratios of target to source steps. */
function computeMeanRatio(target: Uint8Array, source: Uint8Array): number {
  let sum = 0;
  for (const [k, step] of source.entries()) sum += Math.log(target[k] / step);
  return Math.exp(sum / source.length);
}

const getCoarserTable = (tableA: Uint8Array, tableB: Uint8Array): Uint8Array =>
  tableA.map((step, k) => Math.max(step, tableB[k]));

function requantizePlanar(
  { width, height, chromaStep, components, memory }: PlanarJpeg,
  requestedTables: QuantizationTables,
  keepsFullChroma: boolean,
): Buffer | undefined {
  const [luma, ...chroma] = components;
  const tables = chooseTargetTables(components, requestedTables);
  const isFullChroma = chroma.length > 0 && chromaStep === 1;
  const keepsSampling = isFullChroma && (keepsFullChroma || hasFineChromaBlocks(chroma));
  const samplingFactor = chroma.length > 0 && !keepsSampling ? 2 : 1;
  const outputComponents: OutputComponent[] = [
    {
      plane: luma,
      horizontal: samplingFactor,
      vertical: samplingFactor,
      scales: computeRatios(luma.quantizationTable, tables.luma),
    },
    ...(isFullChroma && !keepsSampling
      ? halvePlanes(memory, chroma, tables.chroma)
      : chroma.map((component) => ({
          plane: component,
          horizontal: 1,
          vertical: 1,
          scales: computeChromaScales(component, tables.chroma, keepsSampling),
        }))),
  ];
  const [mcuColumns, mcuRows] = [width, height].map((size) =>
    Math.ceil(size / (8 * samplingFactor)),
  );
  const tokens = requantizePlanes(memory, outputComponents, mcuColumns, mcuRows, AC_ROUNDING);
  const frame = { width, height, components: outputComponents };
  return tokens && writeJpeg(frame, tokens, [tables.luma, tables.chroma]);
}

const computeRatios = (steps: Uint8Array, target: Uint8Array): Float64Array =>
  Float64Array.from(steps, (step, k) => step / target[k]);

/** Applies the loss of resampling to half-resolution chroma, unless its table is unchanged. */
function computeChromaScales(
  { quantizationTable }: PlanarComponent,
  table: Uint8Array,
  isFullChroma: boolean,
) {
  const scales = computeRatios(quantizationTable, table);
  const isTableUnchanged = scales.every((scale) => scale === 1);
  return isFullChroma || isTableUnchanged
    ? scales
    : scales.map((scale, k) => scale * RESAMPLING_FACTORS[k]);
}

function halvePlanes(
  memory: CoefficientMemory,
  chroma: PlanarComponent[],
  table: Uint8Array,
): OutputComponent[] {
  const [{ columns, rows, stride, nonzero }] = chroma;
  const [halvedStride, halvedRows] = [stride / 2, nonzero.length / 4 / stride];
  const halving = new ChromaHalving(memory, table, AC_ROUNDING);
  return chroma.map((component) => {
    const plane = memory.allocatePlane(
      Math.ceil(columns / 2),
      Math.ceil(rows / 2),
      halvedStride,
      halvedRows,
    );
    halving.halveChroma(component, plane);
    return { plane, horizontal: 1, vertical: 1, scales: new Float64Array(64).fill(1) };
  });
}
