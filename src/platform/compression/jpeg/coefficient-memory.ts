import { BLOCK_SIZE, type CoefficientPlane } from './coefficient-plane.js';
import { COEFFICIENTS_WASM } from './coefficients-wasm.js';

/** Position in the memory, in bytes. 0 is no position. */
export type Address = number;

/** Reads the MCUs `from` to `to` of a scan. @returns the bit position after them; negative for an irregularity */
export type IntervalReader = (
  scan: Address,
  from: number,
  to: number,
  start: number,
  end: number,
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
    from: number,
    to: number,
    rounding: number,
    frequencies: Address,
    tokens: Address,
  ) => number;
  halveChroma: (halving: Address, dcScale: number, rounding: number) => void;
}

/** A plane in the memory. */
export interface StoredPlane extends CoefficientPlane {
  valuesAt: Address;
  nonzeroAt: Address;
}

const PAGE_BYTES = 65_536;
const VECTOR_BYTES = 16;
/** Bytes of one block: 64 numbers of 16 bits and one bit for each. */
const BLOCK_BYTES = BLOCK_SIZE * 2 + BLOCK_SIZE / 8;
/** Data follow the last bit of a scan for one block at least. */
const BEYOND_DATA = 512;
/** Decoding tables, tokens of some MCUs, and what else has a limited size. */
const FIXED_BYTES = 768 * 1024;
/** A memory that has grown further is not used again: 4 megapixels of 4:4:4. A memory never shrinks. */
const MAX_KEPT_BYTES = 36 * 1024 * 1024;

/** @types/node does not declare these classes. */
interface WebAssemblyClasses {
  Module: new (bytes: Uint8Array) => object;
  Instance: new (module: object) => { exports: unknown };
}
const { Module, Instance } = (globalThis as unknown as { WebAssembly: WebAssemblyClasses })
  .WebAssembly;
const compiled = new Module(Buffer.from(COEFFICIENTS_WASM, 'base64'));

/** Memory of the coefficients of one image at a time, with the functions that read and write it. */
export class CoefficientMemory {
  static #kept?: CoefficientMemory;
  readonly functions = new Instance(compiled).exports as CoefficientFunctions;
  #end = VECTOR_BYTES;

  /**
   * Returns the memory for the next image. What the last image had in it becomes invalid.
   *
   * @param blocks of all planes
   * @param dataBytes of the longest scan
   */
  static forImage(blocks: number, dataBytes: number): CoefficientMemory {
    let kept = CoefficientMemory.#kept;
    if (!kept || kept.functions.memory.buffer.byteLength > MAX_KEPT_BYTES) {
      CoefficientMemory.#kept = kept = new CoefficientMemory();
    }
    kept.#end = VECTOR_BYTES;
    const { memory } = kept.functions;
    const bytes = FIXED_BYTES + blocks * BLOCK_BYTES + dataBytes + BEYOND_DATA;
    const missing = bytes - memory.buffer.byteLength;
    if (missing > 0) memory.grow(Math.ceil(missing / PAGE_BYTES));
    return kept;
  }

  allocate(bytes: number): Address {
    const address = this.#end;
    this.#end += Math.ceil(bytes / VECTOR_BYTES) * VECTOR_BYTES;
    return address;
  }

  /** @param stride,lines columns and rows, including the padding of MCUs */
  allocatePlane(columns: number, rows: number, stride: number, lines: number): StoredPlane {
    const blocks = stride * lines;
    const valuesAt = this.allocate(blocks * BLOCK_SIZE * 2);
    const nonzeroAt = this.allocate((blocks * BLOCK_SIZE) / 8);
    const values = new Int16Array(this.#buffer, valuesAt, blocks * BLOCK_SIZE);
    const nonzero = this.integers(nonzeroAt, 2 * blocks).fill(0);
    return { columns, rows, stride, values, nonzero, valuesAt, nonzeroAt };
  }

  bytes(at: Address, length: number): Uint8Array {
    return new Uint8Array(this.#buffer, at, length);
  }

  integers(at: Address, length: number): Int32Array {
    return new Int32Array(this.#buffer, at, length);
  }

  doubles(at: Address, length: number): Float64Array {
    return new Float64Array(this.#buffer, at, length);
  }

  /** Copies entropy-coded data as the functions read them: the bytes of each word reversed. */
  copyData(data: Uint8Array, at: Address): void {
    const length = Math.ceil(data.length / 4) * 4;
    const words = Buffer.from(this.#buffer, at, length);
    words.set(data);
    words.fill(0, data.length).swap32();
  }

  get #buffer(): ArrayBuffer {
    return this.functions.memory.buffer;
  }
}
