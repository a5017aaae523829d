import type {
  Address,
  CoefficientMemory,
  IntervalReader,
  StoredPlane,
} from './coefficient-memory.js';
import { DecodingTable, TABLE_BYTES } from './decoding-table.js';
import type { EntropyData } from './entropy-data.js';
import type { HuffmanCodes } from './header-segments.js';

/** Numbers of `Component` and `Scan` in `wasm/jpeg-coefficients.ts`. */
export const COMPONENT_NUMBERS = 9;
export const SCAN_NUMBERS = 7;
const MAX_COMPONENTS = 3;
/** A DC and an AC table for each component. */
const MAX_TABLES = 2 * MAX_COMPONENTS;

export interface ScanComponent {
  plane: StoredPlane;
  /** Blocks in one MCU. */
  horizontal: number;
  vertical: number;
  dc?: HuffmanCodes;
  ac?: HuffmanCodes;
}

/** One scan of a JPEG (ITU-T T.81, B.2.3 and annex G). */
export interface Scan extends EntropyData {
  components: ScanComponent[];
  mcuColumns: number;
  mcuRows: number;
  /** Spectral selection. */
  first: number;
  last: number;
  /** Successive approximation: the bit position of this scan (Al). */
  low: number;
  isRefinement: boolean;
  isProgressive: boolean;
  /** MCUs per restart interval; 0: no restart intervals. */
  restartInterval: number;
}

/** Reads scans into the planes of one image. */
export class ScanReader {
  readonly #scan: Address;
  readonly #components: Address;
  readonly #tables: Address;
  readonly #data: Address;

  /** @param dataBytes maximum length of the data of a scan */
  constructor(
    private readonly memory: CoefficientMemory,
    dataBytes: number,
  ) {
    this.#scan = memory.allocate(4 * SCAN_NUMBERS);
    this.#components = memory.allocate(4 * COMPONENT_NUMBERS * MAX_COMPONENTS);
    this.#tables = memory.allocate(TABLE_BYTES * MAX_TABLES);
    this.#data = memory.allocate(dataBytes);
  }

  /** @returns false if the data do not match the scan exactly */
  readScan(scan: Scan): boolean {
    const { components, mcuColumns, mcuRows, ends, data, first, last, low } = scan;
    const mcus = mcuColumns * mcuRows;
    const length = scan.restartInterval || mcus;
    if (ends.length !== Math.ceil(mcus / length)) return false;
    const { memory } = this;
    const numbers = this.#componentNumbers(scan);
    if (!numbers) return false;
    memory.integers(this.#components, numbers.length).set(numbers);
    memory
      .integers(this.#scan, SCAN_NUMBERS)
      .set([this.#data, this.#components, components.length, mcuColumns, first, last, low]);
    memory.copyData(data, this.#data);
    const read = this.#readerOf(scan);
    return ends.every((endByte, i) => {
      const from = i * length;
      const to = Math.min(from + length, mcus);
      const [start, end] = [i === 0 ? 0 : ends[i - 1] * 8, endByte * 8];
      const at = read(this.#scan, from, to, start, end);
      // The data must be complete. Only the padding bits of the last byte may remain.
      return at >= 0 && at <= end && end - at <= 7;
    });
  }

  #readerOf({ isProgressive, first, isRefinement }: Scan): IntervalReader {
    const { functions } = this.memory;
    if (!isProgressive) return functions.readSequential;
    if (first === 0) return isRefinement ? functions.refineDc : functions.readDc;
    return isRefinement ? functions.refineAc : functions.readAc;
  }

  /** @returns undefined without a valid table that the scan needs */
  #componentNumbers({
    components,
    first,
    isRefinement,
    isProgressive,
  }: Scan): number[] | undefined {
    const stored = new Map<HuffmanCodes, Address>();
    const numbers: number[] = [];
    const needsDc = first === 0 && !isRefinement;
    const needsAc = first > 0 || !isProgressive;
    for (const { plane, horizontal, vertical, dc, ac } of components) {
      const dcAt = needsDc ? this.#store(dc, stored) : 0;
      const acAt = needsAc ? this.#store(ac, stored) : 0;
      if (dcAt === undefined || acAt === undefined) return undefined;
      const { valuesAt, nonzeroAt, stride } = plane;
      numbers.push(valuesAt, nonzeroAt, stride, horizontal, vertical, dcAt, acAt, 0, 0);
    }
    return numbers;
  }

  #store(codes: HuffmanCodes | undefined, stored: Map<HuffmanCodes, Address>): Address | undefined {
    const known = codes && stored.get(codes);
    if (!codes || known !== undefined) return known;
    const table = DecodingTable.of(codes.lengths, codes.values);
    if (!table) return undefined;
    const at = this.#tables + TABLE_BYTES * stored.size;
    table.writeTo(this.memory.bytes(at, TABLE_BYTES));
    stored.set(codes, at);
    return at;
  }
}
