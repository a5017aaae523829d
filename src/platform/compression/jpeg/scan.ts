import type {
  Address,
  CoefficientMemory,
  IntervalReader,
  StoredPlane,
} from './coefficient-memory.js';
import { DecodingTable, TABLE_BYTES } from './decoding-table.js';
import type { EntropyData } from './entropy-data.js';
import type { HuffmanCodes } from './header-segments.js';

/** Number of integers in `Component` and `Scan` of `wasm/jpeg-coefficients.ts`. */
export const COMPONENT_FIELD_COUNT = 9;
export const SCAN_FIELD_COUNT = 7;
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
  /** First and last coefficient (spectral selection). */
  first: number;
  last: number;
  /** Successive approximation: the bit position of this scan (Al). */
  low: number;
  isRefinement: boolean;
  isProgressive: boolean;
  /** MCUs per restart interval; 0 if there are no restart intervals. */
  restartInterval: number;
}

/** Reads scans into the planes of one image. */
export class ScanReader {
  readonly #scan: Address;
  readonly #components: Address;
  readonly #tables: Address;
  readonly #data: Address;

  /** @param dataBytes maximum size of the data of a scan */
  constructor(
    private readonly memory: CoefficientMemory,
    dataBytes: number,
  ) {
    this.#scan = memory.allocateBytes(4 * SCAN_FIELD_COUNT);
    this.#components = memory.allocateBytes(4 * COMPONENT_FIELD_COUNT * MAX_COMPONENTS);
    this.#tables = memory.allocateBytes(TABLE_BYTES * MAX_TABLES);
    this.#data = memory.allocateBytes(dataBytes);
  }

  /** Reads one scan. @returns false if the data does not match the scan exactly */
  readScan(scan: Scan): boolean {
    const { components, mcuColumns, mcuRows, ends, data, first, last, low } = scan;
    const mcuCount = mcuColumns * mcuRows;
    const mcusPerInterval = scan.restartInterval || mcuCount;
    if (ends.length !== Math.ceil(mcuCount / mcusPerInterval)) return false;
    const { memory } = this;
    const numbers = this.#toComponentNumbers(scan);
    if (!numbers) return false;
    memory.getIntegers(this.#components, numbers.length).set(numbers);
    memory
      .getIntegers(this.#scan, SCAN_FIELD_COUNT)
      .set([this.#data, this.#components, components.length, mcuColumns, first, last, low]);
    memory.copyData(data, this.#data);
    const readInterval = this.#selectReader(scan);
    return ends.every((endByte, i) => {
      const firstMcu = i * mcusPerInterval;
      const endMcu = Math.min(firstMcu + mcusPerInterval, mcuCount);
      const [startBit, endBit] = [i === 0 ? 0 : ends[i - 1] * 8, endByte * 8];
      const position = readInterval(this.#scan, firstMcu, endMcu, startBit, endBit);
      // The data must be complete. Only the padding bits of the last byte may remain.
      return position >= 0 && position <= endBit && endBit - position <= 7;
    });
  }

  #selectReader({ isProgressive, first, isRefinement }: Scan): IntervalReader {
    const { functions } = this.memory;
    if (!isProgressive) return functions.readSequential;
    if (first === 0) return isRefinement ? functions.refineDc : functions.readDc;
    return isRefinement ? functions.refineAc : functions.readAc;
  }

  /** @returns undefined if a table that the scan needs is missing or invalid */
  #toComponentNumbers({
    components,
    first,
    isRefinement,
    isProgressive,
  }: Scan): number[] | undefined {
    const tableAddresses = new Map<HuffmanCodes, Address>();
    const numbers: number[] = [];
    const needsDc = first === 0 && !isRefinement;
    const needsAc = first > 0 || !isProgressive;
    for (const { plane, horizontal, vertical, dc, ac } of components) {
      const dcAddress = needsDc ? this.#storeTable(dc, tableAddresses) : 0;
      const acAddress = needsAc ? this.#storeTable(ac, tableAddresses) : 0;
      if (dcAddress === undefined || acAddress === undefined) return undefined;
      const { valuesAddress, nonzeroAddress, stride } = plane;
      numbers.push(
        valuesAddress,
        nonzeroAddress,
        stride,
        horizontal,
        vertical,
        dcAddress,
        acAddress,
        0,
        0,
      );
    }
    return numbers;
  }

  #storeTable(
    codes: HuffmanCodes | undefined,
    tableAddresses: Map<HuffmanCodes, Address>,
  ): Address | undefined {
    const storedAddress = codes && tableAddresses.get(codes);
    if (!codes || storedAddress !== undefined) return storedAddress;
    const table = DecodingTable.create(codes.codeCounts, codes.values);
    if (!table) return undefined;
    const address = this.#tables + TABLE_BYTES * tableAddresses.size;
    table.writeTable(this.memory.getBytes(address, TABLE_BYTES));
    tableAddresses.set(codes, address);
    return address;
  }
}
