import { BLOCK_SIZE, type CoefficientPlane } from './coefficient-plane.js';
import { COEFFICIENTS_WASM } from './coefficients-wasm.js';

/** Position in the memory, in bytes. 0 means that there is no data. */
export type Address = number;

/** Reads a range of MCUs of a scan. @returns the bit position after them; negative for irregular data */
export type IntervalReader = (
  scan: Address,
  firstMcu: number,
  endMcu: number,
  startBit: number,
  endBit: number,
) => number;

/** Functions of `wasm/jpeg-coefficients.ts`. */
export interface CoefficientFunctions {
  memory: { readonly buffer: ArrayBuffer; grow: (pages: number) => number };
  readSequential: IntervalReader;
  readDc: IntervalReader;
  refineDc: IntervalReader;
  readAc: IntervalReader;
  refineAc: IntervalReader;
  quantize: (
    scan: Address,
    firstMcu: number,
    endMcu: number,
    rounding: number,
    frequencies: Address,
    tokens: Address,
  ) => number;
  halveChroma: (halving: Address, dcScale: number, rounding: number) => void;
}

/** A plane in the memory. */
export interface StoredPlane extends CoefficientPlane {
  valuesAddress: Address;
  nonzeroAddress: Address;
}

const PAGE_BYTES = 65_536;
const VECTOR_BYTES = 16;
/** Bytes per block: 64 numbers of 16 bits, and one bit for each number. */
const BLOCK_BYTES = BLOCK_SIZE * 2 + BLOCK_SIZE / 8;
/** Padding after the data of a scan, which is sufficient to read at least one more block. */
const DATA_PADDING_BYTES = 512;
/** Memory for decoding tables, tokens of some MCUs, and everything else of limited size. */
const FIXED_BYTES = 768 * 1024;
/** Size for 4 megapixels of 4:4:4. A larger memory is not reused, because it never shrinks. */
const MAX_REUSED_BYTES = 36 * 1024 * 1024;

/** @types/node does not declare these classes. */
interface WebAssemblyClasses {
  Module: new (bytes: Uint8Array) => object;
  Instance: new (module: object) => { exports: unknown };
}
const { Module, Instance } = (globalThis as unknown as { WebAssembly: WebAssemblyClasses })
  .WebAssembly;
const compiledModule = new Module(Buffer.from(COEFFICIENTS_WASM, 'base64'));

/** Memory for the coefficients of one image at a time, with the functions that read and write it. */
export class CoefficientMemory {
  static #reusable?: CoefficientMemory;
  readonly functions = new Instance(compiledModule).exports as CoefficientFunctions;
  #end = VECTOR_BYTES;

  /**
   * Returns the memory for the next image. The data of the previous image becomes invalid.
   *
   * @param blockCount number of blocks in all planes
   * @param dataBytes size of the longest scan
   */
  static prepareForImage(blockCount: number, dataBytes: number): CoefficientMemory {
    let instance = CoefficientMemory.#reusable;
    if (!instance || instance.functions.memory.buffer.byteLength > MAX_REUSED_BYTES) {
      CoefficientMemory.#reusable = instance = new CoefficientMemory();
    }
    instance.#end = VECTOR_BYTES;
    const { memory } = instance.functions;
    const requiredBytes = FIXED_BYTES + blockCount * BLOCK_BYTES + dataBytes + DATA_PADDING_BYTES;
    const missingBytes = requiredBytes - memory.buffer.byteLength;
    if (missingBytes > 0) memory.grow(Math.ceil(missingBytes / PAGE_BYTES));
    return instance;
  }

  allocateBytes(bytes: number): Address {
    const address = this.#end;
    this.#end += Math.ceil(bytes / VECTOR_BYTES) * VECTOR_BYTES;
    return address;
  }

  /** @param stride,allocatedRows columns and rows of blocks in memory, including the padding of MCUs */
  allocatePlane(columns: number, rows: number, stride: number, allocatedRows: number): StoredPlane {
    const blockCount = stride * allocatedRows;
    const valuesAddress = this.allocateBytes(blockCount * BLOCK_SIZE * 2);
    const nonzeroAddress = this.allocateBytes((blockCount * BLOCK_SIZE) / 8);
    const values = new Int16Array(this.#buffer, valuesAddress, blockCount * BLOCK_SIZE);
    const nonzero = this.getIntegers(nonzeroAddress, 2 * blockCount).fill(0);
    return { columns, rows, stride, values, nonzero, valuesAddress, nonzeroAddress };
  }

  getBytes(address: Address, length: number): Uint8Array {
    return new Uint8Array(this.#buffer, address, length);
  }

  getIntegers(address: Address, length: number): Int32Array {
    return new Int32Array(this.#buffer, address, length);
  }

  getDoubles(address: Address, length: number): Float64Array {
    return new Float64Array(this.#buffer, address, length);
  }

  /** Copies entropy-coded data in the form that the functions read: the bytes of each word are reversed. */
  copyData(data: Uint8Array, address: Address): void {
    const length = Math.ceil(data.length / 4) * 4;
    const words = Buffer.from(this.#buffer, address, length);
    words.set(data);
    words.fill(0, data.length).swap32();
  }

  get #buffer(): ArrayBuffer {
    return this.functions.memory.buffer;
  }
}
