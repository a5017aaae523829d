import { KEPT_BY_RESAMPLING } from './chroma-resampling.js';
import { CoefficientMemory } from './coefficient-plane.js';
import { hasFineChromaBlocks } from './fine-chroma-blocks.js';
import { halveChroma } from './halved-chroma.js';
import { readJpeg } from './read-jpeg.js';
import { type PlanarComponent, type PlanarJpeg, readPlanes } from './read-planes.js';
import { requantizePlanes, type WrittenComponent } from './requantize-planes.js';
import { AC_ROUNDING, requantizeScan } from './requantize-scan.js';
import { writeJpeg } from './write-jpeg.js';

/** Larger files are rare. The coefficients of a malicious one would take 16 times its size. */
const MAX_BYTES = 8 * 1024 * 1024;
/** Memory of halved chroma that is kept for the next image: 4 megapixels of 4:4:4. */
const MAX_KEPT_BLOCKS = 40_000;

/** Quantization tables in zigzag order, as a DQT segment has them. */
export interface QuantizationTables {
  luma: Uint8Array;
  chroma: Uint8Array;
}

/**
 * Returns the JPEG with coarser quantization. Decodes, quantizes and encodes its coefficients without
 * computing pixels: only quantization loses information. Coarser quantization steps of the source are kept.
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
  const target = jpeg.components.map(({ steps }, c) => coarserTable(steps, selectTable(wanted, c)));
  // Cb and Cr share one table in the output.
  if (target.length === 3 && !Buffer.from(target[1]).equals(target[2])) return undefined;
  const tokens = requantizeScan(jpeg, target);
  return tokens && writeJpeg(jpeg, tokens, target);
}

const selectTable = ({ luma, chroma }: QuantizationTables, c: number) => (c === 0 ? luma : chroma);

const coarserTable = (one: Uint8Array, other: Uint8Array): Uint8Array =>
  one.map((step, k) => Math.max(step, other[k]));

const halved = new CoefficientMemory();

function requantizePlanar(
  { width, height, chromaStep, components }: PlanarJpeg,
  wanted: QuantizationTables,
  keepsFullChroma: boolean,
): Buffer | undefined {
  const [luma, ...chroma] = components;
  const lumaTable = coarserTable(luma.steps, wanted.luma);
  const chromaTable = chroma.reduce(
    (table, { steps }) => coarserTable(table, steps),
    wanted.chroma,
  );
  const isFull = chroma.length > 0 && chromaStep === 1;
  const keepsSampling = isFull && (keepsFullChroma || hasFineChromaBlocks(chroma));
  const side = chroma.length > 0 && !keepsSampling ? 2 : 1;
  const written: WrittenComponent[] = [
    { plane: luma, horizontal: side, vertical: side, scales: ratios(luma.steps, lumaTable) },
    ...(isFull && !keepsSampling
      ? halvePlanes(chroma, chromaTable)
      : chroma.map((component) => ({
          plane: component,
          horizontal: 1,
          vertical: 1,
          scales: chromaScales(component, chromaTable, keepsSampling),
        }))),
  ];
  const [mcuColumns, mcuRows] = [width, height].map((size) => Math.ceil(size / (8 * side)));
  const tokens = requantizePlanes(written, mcuColumns, mcuRows, AC_ROUNDING);
  const frame = { width, height, components: written };
  return tokens && writeJpeg(frame, tokens, [lumaTable, chromaTable]);
}

const ratios = (steps: Uint8Array, target: Uint8Array): Float64Array =>
  Float64Array.from(steps, (step, k) => step / target[k]);

/** Applies the loss of resampling to half-size chroma, unless its table is unchanged. */
function chromaScales({ steps }: PlanarComponent, table: Uint8Array, isFull: boolean) {
  const scales = ratios(steps, table);
  const isSame = scales.every((scale) => scale === 1);
  return isFull || isSame ? scales : scales.map((scale, k) => scale * KEPT_BY_RESAMPLING[k]);
}

function halvePlanes(chroma: PlanarComponent[], table: Uint8Array): WrittenComponent[] {
  const [{ columns, rows, stride, nonzero }] = chroma;
  const [halvedStride, halvedLines] = [stride / 2, nonzero.length / 4 / stride];
  halved.reset(2 * halvedStride * halvedLines, MAX_KEPT_BLOCKS);
  return chroma.map((component) => {
    const plane = halved.plane(
      Math.ceil(columns / 2),
      Math.ceil(rows / 2),
      halvedStride,
      halvedLines,
    );
    halveChroma(component, table, AC_ROUNDING, plane);
    return { plane, horizontal: 1, vertical: 1, scales: new Float64Array(64).fill(1) };
  });
}
