import { CoefficientMemory, type StoredPlane } from './coefficient-memory.js';
import { fillPadding } from './coefficient-plane.js';
import { type Frame, readFrame } from './frame.js';
import { MCU_PADDING_BYTES, readEntropyData } from './entropy-data.js';
import { HeaderSegments, type HuffmanCodes } from './header-segments.js';
import { type Scan, type ScanComponent, ScanReader } from './scan.js';
import { isFrameMarker, MARKER, readSegment } from './segments.js';

/** Larger images are left to sharp, because 4:4:4 takes 6 bytes per pixel here. */
const MAX_PIXELS = 16_000_000;
/** Maximum number of scans. Encoders write at most 10. Each scan may cover all blocks. */
const MAX_SCANS = 40;
/** Ss, Se and Ah/Al of a scan that contains complete blocks. */
const FULL_BLOCK_PARAMETERS: readonly number[] = [0, 63, 0];

/** A JPEG with all coefficients in memory. */
export interface PlanarJpeg {
  width: number;
  height: number;
  /** Ratio of luma to chroma samples in both directions: 1 or 2. */
  chromaStep: 1 | 2;
  components: PlanarComponent[];
  /** Contains the planes, and has capacity for half-resolution chroma. */
  memory: CoefficientMemory;
}

export interface PlanarComponent extends StoredPlane {
  /** Quantization table in zigzag order. */
  quantizationTable: Uint8Array;
}

/**
 * Reads a JPEG that requires all coefficients in memory: progressive, with several scans, or 4:4:4. The
 * planes are valid until the next call.
 *
 * @returns undefined for any other sampling and for irregular files, which sharp handles
 */
export function readPlanes(bytes: Buffer): PlanarJpeg | undefined {
  const header = new HeaderSegments();
  let image: PlanarImage | undefined;
  let scanCount = 0;

  for (let offset = 2; ;) {
    const segment = readSegment(bytes, offset);
    if (!segment || !header.readHeaderSegment(segment)) return undefined;
    const { marker, payload } = segment;
    offset = segment.end;
    if (marker === MARKER.EOI) return image?.toPlanarJpeg();
    if (marker === MARKER.DQT && scanCount > 0) return undefined;
    if (marker >= MARKER.SOF0 && marker <= MARKER.SOF2) {
      const frame = image === undefined ? readFrame(payload) : undefined;
      if (!frame || !header.isYcc(frame)) return undefined;
      image = PlanarImage.create(frame, marker === MARKER.SOF2, bytes.length);
      if (!image) return undefined;
    } else if (isFrameMarker(marker)) {
      return undefined;
    } else if (marker === MARKER.SOS) {
      if (!image || ++scanCount > MAX_SCANS) return undefined;
      if (scanCount === 1 && !image.setQuantizationTables(header.quantizationTables))
        return undefined;
      const entropy = readEntropyData(bytes, offset);
      if (!entropy) return undefined;
      offset = entropy.nextMarker;
      const { huffmanTables, restartInterval } = header;
      if (!image.readScan(payload, huffmanTables, { ...entropy, restartInterval }))
        return undefined;
    }
  }
}

interface SampledComponent extends ScanComponent {
  plane: ScannedComponent;
}

interface ScannedComponent extends PlanarComponent {
  /** Lowest bit position read so far for each coefficient; -1 if no bit has been read. */
  lowestBits: Int8Array;
}

class PlanarImage {
  readonly #components: ScannedComponent[];
  readonly #memory: CoefficientMemory;
  readonly #reader: ScanReader;

  private constructor(
    private readonly frame: Frame,
    private readonly isProgressive: boolean,
    private readonly chromaStep: 1 | 2,
    fileBytes: number,
  ) {
    const { width, height } = frame;
    const isColor = frame.components.length > 1;
    // Blocks of 16 x 16 samples, because 4:4:4 may be written as 4:2:0.
    const [mcuColumns, mcuRows] = [Math.ceil(width / 16), Math.ceil(height / 16)];
    const sizes = frame.components.map((_, c) => {
      const step = c > 0 ? chromaStep : 1;
      const [columns, rows] = [Math.ceil(width / step / 8), Math.ceil(height / step / 8)];
      const blocksPerMcu = isColor ? 2 / step : 1;
      const [stride, allocatedRows] = isColor
        ? [mcuColumns * blocksPerMcu, mcuRows * blocksPerMcu]
        : [columns, rows];
      return [columns, rows, stride, allocatedRows] as const;
    });
    const blockCount = sizes.reduce(
      (sum, [, , stride, allocatedRows]) => sum + stride * allocatedRows,
      0,
    );
    // 4:4:4 may be written as 4:2:0.
    const halvedBlockCount = isColor && chromaStep === 1 ? blockCount / 6 : 0;
    const dataBytes = fileBytes + MCU_PADDING_BYTES;
    this.#memory = CoefficientMemory.prepareForImage(blockCount + halvedBlockCount, dataBytes);
    this.#reader = new ScanReader(this.#memory, dataBytes);
    this.#components = sizes.map((size) => ({
      ...this.#memory.allocatePlane(...size),
      quantizationTable: new Uint8Array(0),
      lowestBits: new Int8Array(64).fill(-1),
    }));
  }

  static create(frame: Frame, isProgressive: boolean, fileBytes: number): PlanarImage | undefined {
    const createImage = (chromaStep: 1 | 2) =>
      new PlanarImage(frame, isProgressive, chromaStep, fileBytes);
    if (frame.width * frame.height > MAX_PIXELS) return undefined;
    const [luma, ...chroma] = frame.components.map(
      ({ horizontal, vertical }) => horizontal * 16 + vertical,
    );
    if (chroma.length === 0) return createImage(1);
    if (chroma.length !== 2 || chroma.some((sampling) => sampling !== 0x11)) return undefined;
    if (luma === 0x11) return createImage(1);
    return luma === 0x22 ? createImage(2) : undefined;
  }

  setQuantizationTables(tables: Uint8Array[]): boolean {
    return this.frame.components.every(({ quantizationTableIndex }, c) => {
      this.#components[c].quantizationTable = tables[quantizationTableIndex];
      return tables[quantizationTableIndex] !== undefined;
    });
  }

  readScan(
    payload: Buffer,
    tables: HuffmanCodes[],
    data: Pick<Scan, 'data' | 'ends' | 'restartInterval'>,
  ): boolean {
    const count = payload[0] ?? 0;
    if (count < 1 || count > 3 || payload.length !== 4 + 2 * count) return false;
    // Some cameras write a wrong spectral selection. Decoders ignore it in a sequential JPEG.
    const parameters = this.isProgressive ? payload.subarray(1 + 2 * count) : FULL_BLOCK_PARAMETERS;
    const [first, last, approximation] = parameters;
    const [high, low] = [approximation >> 4, approximation & 15];
    if (first > last || last > 63 || low > 13) return false;
    const components: SampledComponent[] = [];
    for (let i = 0; i < count; i++) {
      const [id, tableSelector] = payload.subarray(1 + 2 * i);
      const c = this.frame.components.findIndex((component) => component.id === id);
      const plane = this.#components[c];
      if (!plane || components.some((component) => component.plane === plane)) return false;
      if (!this.#recordBits(plane.lowestBits, first, last, high, low)) return false;
      const { horizontal, vertical } = this.frame.components[c];
      const [dc, ac] = [tables[tableSelector >> 4], tables[16 + (tableSelector & 15)]];
      components.push({ plane, dc, ac, horizontal, vertical });
    }
    if (this.isProgressive && (first === 0 ? last !== 0 : count !== 1)) return false;
    return this.#reader.readScan({
      ...data,
      ...this.#planMcus(components),
      first,
      last,
      low,
      isRefinement: high > 0,
      isProgressive: this.isProgressive,
    });
  }

  /** Records the bits of a scan. @returns false unless each bit is coded once, from the highest to the lowest */
  #recordBits(
    lowestBits: Int8Array,
    first: number,
    last: number,
    high: number,
    low: number,
  ): boolean {
    for (let k = first; k <= last; k++) {
      const isNext = lowestBits[k] < 0 ? high === 0 : high === lowestBits[k] && low === high - 1;
      if (!isNext || (first > 0 && lowestBits[0] < 0)) return false;
      lowestBits[k] = low;
    }
    return true;
  }

  /** Plans the MCUs of a scan. A single component is not interleaved, regardless of its sampling factors (A.2.2). */
  #planMcus(components: SampledComponent[]): Pick<Scan, 'components' | 'mcuColumns' | 'mcuRows'> {
    if (components.length === 1) {
      const { columns, rows } = components[0].plane;
      const singleComponent = [{ ...components[0], horizontal: 1, vertical: 1 }];
      return { components: singleComponent, mcuColumns: columns, mcuRows: rows };
    }
    const step = this.frame.components[0].horizontal * 8;
    const [mcuColumns, mcuRows] = [this.frame.width, this.frame.height].map((size) =>
      Math.ceil(size / step),
    );
    return { components, mcuColumns, mcuRows };
  }

  toPlanarJpeg(): PlanarJpeg | undefined {
    const components = this.#components;
    if (components.some(({ lowestBits }) => lowestBits.some((bit) => bit !== 0))) return undefined;
    for (const component of components) fillPadding(component);
    const { width, height } = this.frame;
    return { width, height, chromaStep: this.chromaStep, components, memory: this.#memory };
  }
}
