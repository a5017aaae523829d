import { SSIMULACRA2_WASM } from './ssimulacra2-wasm.js';

/** Position in the memory, in bytes. 0 means that there is no data. */
export type Address = number;

/** Functions of `wasm/ssimulacra2.ts`. */
interface ScoreFunctions {
  memory: { readonly buffer: ArrayBuffer; grow: (pages: number) => number };
  scratchBytes: (width: number) => number;
  halve: (plane: Address, width: number, height: number, output: Address) => void;
  toXyb: (
    ...planes: [
      r: Address,
      g: Address,
      b: Address,
      bytes: number,
      x: Address,
      y: Address,
      b: Address,
    ]
  ) => void;
  blurSource: (
    plane: Address,
    width: number,
    height: number,
    means: Address,
    squares: Address,
    scratch: Address,
  ) => void;
  addErrors: (
    source: Address,
    means: Address,
    squares: Address,
    distorted: Address,
    width: number,
    height: number,
    inset: number,
    scratch: Address,
    sums: Address,
  ) => void;
}

const PAGE_BYTES = 65_536;
/** Bytes of a vector. Planes begin at a multiple of this size, and a spare vector follows each plane. */
const VECTOR_BYTES = 16;
const FLOAT_BYTES = 4;
/** A larger memory is not reused, because WebAssembly memory never shrinks. */
const MAX_IDLE_BYTES = 64 * 1024 * 1024;

/** @types/node does not declare these classes. */
interface WebAssemblyClasses {
  Module: new (bytes: Uint8Array) => object;
  Instance: new (module: object) => { exports: unknown };
}
const { Module, Instance } = (globalThis as unknown as { WebAssembly: WebAssemblyClasses })
  .WebAssembly;

const compiledModule = new Module(Buffer.from(SSIMULACRA2_WASM, 'base64'));
const idleMemories: ScoreMemory[] = [];

/** Returns the number of values from one row to the next. */
export const getStride = (width: number): number => (width + 3) & ~3;

/** The functions that compute scores, and the memory that they share. */
export class ScoreMemory {
  readonly functions: ScoreFunctions;
  /** End of the allocated part. */
  #end = VECTOR_BYTES;
  #highestEnd = VECTOR_BYTES;

  private constructor() {
    this.functions = new Instance(compiledModule).exports as ScoreFunctions;
  }

  /** Returns an unused memory. `releaseMemory` makes it available again. */
  static acquireMemory(): ScoreMemory {
    return idleMemories.pop() ?? new ScoreMemory();
  }

  releaseMemory(): void {
    this.rewindTo(VECTOR_BYTES);
    this.#highestEnd = VECTOR_BYTES;
    if (this.functions.memory.buffer.byteLength <= MAX_IDLE_BYTES) idleMemories.push(this);
  }

  /** Peak number of bytes allocated since `acquireMemory`. */
  get peakBytes(): number {
    return this.#highestEnd;
  }

  get end(): Address {
    return this.#end;
  }

  /** Frees everything allocated since an earlier `end`. */
  rewindTo(end: Address): void {
    this.#end = end;
  }

  allocateBytes(bytes: number): Address {
    const { memory } = this.functions;
    const address = this.#end;
    this.#end += Math.ceil(bytes / VECTOR_BYTES) * VECTOR_BYTES;
    this.#highestEnd = Math.max(this.#highestEnd, this.#end);
    const missingBytes = this.#end - memory.buffer.byteLength;
    if (missingBytes > 0) memory.grow(Math.ceil(missingBytes / PAGE_BYTES));
    return address;
  }

  allocatePlane(width: number, height: number): Address {
    return this.allocateBytes(computePlaneBytes(width, height) + VECTOR_BYTES);
  }

  /** Returns a view that is valid until the next allocation. */
  getFloats(plane: Address, width: number, height: number): Float32Array {
    return new Float32Array(this.functions.memory.buffer, plane, getStride(width) * height);
  }

  /** Returns a view that is valid until the next allocation. */
  getDoubles(address: Address, length: number): Float64Array {
    return new Float64Array(this.functions.memory.buffer, address, length);
  }
}

export const computePlaneBytes = (width: number, height: number): number =>
  getStride(width) * height * FLOAT_BYTES;
