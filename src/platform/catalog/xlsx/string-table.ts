import { readSync, writeSync } from 'node:fs';
import { TemporaryFile } from './temporary-file.js';
import { createXlsxTooLargeError } from './xlsx-errors.js';

/** Size of a block of strings. A longer string is rejected (Excel's limit is 98 KB). */
export const STRING_BLOCK_BYTES = 256 * 1024;
/** Maximum number of blocks in memory. The other blocks are in a temporary file. */
const MAX_BLOCKS_IN_MEMORY = 128;
export const createStringTooLongError = (): Error =>
  createXlsxTooLargeError(`a cell contains more than ${STRING_BLOCK_BYTES} bytes of text`);
/** Maximum number of strings. A sheet with a million rows and four text columns has at most 4 million. */
const MAX_STRINGS = 16_000_000;

/**
 * Stores the shared strings of a workbook, which cells refer to by index. They contain most of its text. Up to
 * 32 MB stay in memory. Rows refer to the strings in approximately the same order, so each block serves many cells.
 */
export class StringTable {
  /** Start of each string in the concatenation of all blocks. */
  private starts = new Float64Array(1024);
  private ends = new Float64Array(1024);
  private count = 0;
  /** Blocks in memory, least recently used first. */
  private readonly blocks = new Map<number, Buffer>();
  private currentBlock: Buffer = Buffer.alloc(STRING_BLOCK_BYTES);
  private currentIndex = 0;
  private usedBytes = 0;
  private file?: TemporaryFile;

  constructor(private readonly temporaryFolder: string) {}

  get size(): number {
    return this.count;
  }

  async addString(text: string): Promise<void> {
    const maxBytes = text.length * 3;
    if (this.usedBytes + maxBytes > STRING_BLOCK_BYTES) {
      const bytes = Buffer.byteLength(text);
      if (bytes > STRING_BLOCK_BYTES) throw createStringTooLongError();
      if (this.usedBytes + bytes > STRING_BLOCK_BYTES) await this.startNextBlock();
    }
    if (this.count === MAX_STRINGS) {
      throw createXlsxTooLargeError(`it has more than ${MAX_STRINGS} distinct strings`);
    }
    if (this.count === this.starts.length) this.growIndex();
    const start = this.currentIndex * STRING_BLOCK_BYTES + this.usedBytes;
    this.usedBytes += this.currentBlock.write(text, this.usedBytes);
    this.starts[this.count] = start;
    this.ends[this.count++] = this.currentIndex * STRING_BLOCK_BYTES + this.usedBytes;
  }

  /** Returns a string. Undefined if the index does not exist. */
  getString(index: number): string | undefined {
    if (!(index >= 0 && index < this.count)) return undefined;
    const start = this.starts[index];
    const block = Math.floor(start / STRING_BLOCK_BYTES);
    const blockStart = block * STRING_BLOCK_BYTES;
    const end = this.ends[index];
    return this.readBlock(block).toString('utf8', start - blockStart, end - blockStart);
  }

  async close(): Promise<void> {
    this.blocks.clear();
    await this.file?.close();
  }

  private async startNextBlock(): Promise<void> {
    this.blocks.set(this.currentIndex, this.currentBlock);
    if (this.file === undefined && this.blocks.size >= MAX_BLOCKS_IN_MEMORY) {
      this.file = await TemporaryFile.create(this.temporaryFolder);
      for (const [index, block] of this.blocks) this.writeBlock(index, block);
    } else if (this.file !== undefined) {
      this.writeBlock(this.currentIndex, this.currentBlock);
    }
    // Reuses the buffer of a block that is already in the file.
    this.currentBlock = this.evictBlock() ?? Buffer.alloc(STRING_BLOCK_BYTES);
    this.currentIndex++;
    this.usedBytes = 0;
  }

  private readBlock(index: number): Buffer {
    if (index === this.currentIndex) return this.currentBlock;
    const cachedBlock = this.blocks.get(index);
    if (cachedBlock !== undefined) {
      if (this.file !== undefined) {
        this.blocks.delete(index);
        this.blocks.set(index, cachedBlock);
      }
      return cachedBlock;
    }
    const block = this.evictBlock() ?? Buffer.alloc(STRING_BLOCK_BYTES);
    readSync(this.file!.handle.fd, block, 0, STRING_BLOCK_BYTES, index * STRING_BLOCK_BYTES);
    this.blocks.set(index, block);
    return block;
  }

  private evictBlock(): Buffer | undefined {
    if (this.blocks.size < MAX_BLOCKS_IN_MEMORY) return undefined;
    const [index, block] = this.blocks.entries().next().value!;
    this.blocks.delete(index);
    return block;
  }

  private writeBlock(index: number, block: Buffer): void {
    writeSync(this.file!.handle.fd, block, 0, STRING_BLOCK_BYTES, index * STRING_BLOCK_BYTES);
  }

  private growIndex(): void {
    const [starts, ends] = [this.starts, this.ends];
    this.starts = new Float64Array(starts.length * 2);
    this.starts.set(starts);
    this.ends = new Float64Array(ends.length * 2);
    this.ends.set(ends);
  }
}
