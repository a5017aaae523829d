import { readSync, writeSync } from 'node:fs';
import { TemporaryFile } from './temporary-file.js';
import { xlsxTooLarge } from './xlsx-faults.js';

/** Size of a block of strings. A longer string is rejected (Excel's limit is 98 KB). */
export const STRING_BLOCK_BYTES = 256 * 1024;
/** Maximum number of blocks in memory. All others are in a temporary file. */
const BLOCKS_IN_MEMORY = 128;
export const longString = (): Error =>
  xlsxTooLarge(`a cell has more than ${STRING_BLOCK_BYTES} bytes of text`);
/** A sheet of a million rows with four text columns has 4 million strings. */
const MAX_STRINGS = 16_000_000;

/**
 * The shared strings of a workbook, which cells refer to by number. They are most of its text. Up to 32 MB
 * are held in memory. Rows refer to the strings approximately in their order. A block that was read once
 * therefore serves many cells.
 */
export class StringTable {
  /** Position of each string in the concatenation of all blocks. */
  private starts = new Float64Array(1024);
  private ends = new Float64Array(1024);
  private count = 0;
  /** Blocks in memory, the least recently used one first. */
  private readonly blocks = new Map<number, Buffer>();
  private current: Buffer = Buffer.alloc(STRING_BLOCK_BYTES);
  private currentIndex = 0;
  private used = 0;
  private file?: TemporaryFile;

  constructor(private readonly temporaryFolder: string) {}

  get size(): number {
    return this.count;
  }

  async add(text: string): Promise<void> {
    const maxBytes = text.length * 3;
    if (this.used + maxBytes > STRING_BLOCK_BYTES) {
      const bytes = Buffer.byteLength(text);
      if (bytes > STRING_BLOCK_BYTES) throw longString();
      if (this.used + bytes > STRING_BLOCK_BYTES) await this.nextBlock();
    }
    if (this.count === MAX_STRINGS) {
      throw xlsxTooLarge(`it has more than ${MAX_STRINGS} different strings`);
    }
    if (this.count === this.starts.length) this.growIndex();
    const start = this.currentIndex * STRING_BLOCK_BYTES + this.used;
    this.used += this.current.write(text, this.used);
    this.starts[this.count] = start;
    this.ends[this.count++] = this.currentIndex * STRING_BLOCK_BYTES + this.used;
  }

  /** Undefined if there is no such string. */
  get(index: number): string | undefined {
    if (!(index >= 0 && index < this.count)) return undefined;
    const start = this.starts[index];
    const block = Math.floor(start / STRING_BLOCK_BYTES);
    const from = start - block * STRING_BLOCK_BYTES;
    const to = this.ends[index] - block * STRING_BLOCK_BYTES;
    return this.blockAt(block).toString('utf8', from, to);
  }

  async close(): Promise<void> {
    this.blocks.clear();
    await this.file?.close();
  }

  private async nextBlock(): Promise<void> {
    this.blocks.set(this.currentIndex, this.current);
    if (this.file === undefined && this.blocks.size >= BLOCKS_IN_MEMORY) {
      this.file = await TemporaryFile.create(this.temporaryFolder);
      for (const [index, block] of this.blocks) this.write(index, block);
    } else if (this.file !== undefined) {
      this.write(this.currentIndex, this.current);
    }
    // Reuses the buffer of a block that is already in the file.
    this.current = this.evictBlock() ?? Buffer.alloc(STRING_BLOCK_BYTES);
    this.currentIndex++;
    this.used = 0;
  }

  private blockAt(index: number): Buffer {
    if (index === this.currentIndex) return this.current;
    const known = this.blocks.get(index);
    if (known !== undefined) {
      if (this.file !== undefined) {
        this.blocks.delete(index);
        this.blocks.set(index, known);
      }
      return known;
    }
    const block = this.evictBlock() ?? Buffer.alloc(STRING_BLOCK_BYTES);
    readSync(this.file!.handle.fd, block, 0, STRING_BLOCK_BYTES, index * STRING_BLOCK_BYTES);
    this.blocks.set(index, block);
    return block;
  }

  private evictBlock(): Buffer | undefined {
    if (this.blocks.size < BLOCKS_IN_MEMORY) return undefined;
    const [index, block] = this.blocks.entries().next().value!;
    this.blocks.delete(index);
    return block;
  }

  private write(index: number, block: Buffer): void {
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
