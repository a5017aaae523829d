import { close, open, writev } from 'node:fs';
import { Writable } from 'node:stream';

/** Buffer size. Most images are smaller and need one write. */
const GATHER_BYTES = 512 * 1024;
/** Maximum size of a file that stays in memory. Keeping a larger file costs more garbage collection than writing it. */
const KEEP_BYTES = 128 * 1024;

export interface BufferedFileWriterSettings {
  keepSmall?: boolean;
  /** Called with every chunk before it is buffered. An error that it throws ends the stream. */
  onChunk?: (chunk: Buffer) => void;
}

type Done = (error?: Error | null) => void;

/**
 * Writes a new file in a few large writes. Each file system call is a task for the thread pool. A
 * small file can be kept in memory instead. Creating, writing and removing a file costs several
 * times as much as passing on its bytes.
 */
export class BufferedFileWriter extends Writable {
  /** All bytes of a small file, if `keepSmall` is set. In this case no file is written. */
  kept: Buffer[] | undefined;
  private descriptor: number | undefined;
  private chunks: Buffer[] = [];
  private gathered = 0;

  constructor(
    private readonly path: string,
    private readonly settings: BufferedFileWriterSettings = {},
  ) {
    // This class buffers the chunks. The stream's own buffer only holds chunks that arrive during a
    // write.
    super({ highWaterMark: GATHER_BYTES, decodeStrings: false });
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: Done): void {
    try {
      this.settings.onChunk?.(chunk);
    } catch (error) {
      done(error as Error);
      return;
    }
    this.chunks.push(chunk);
    this.gathered += chunk.length;
    if (this.gathered < GATHER_BYTES) done();
    else this.save(done);
  }

  override _final(done: Done): void {
    if (this.settings.keepSmall && this.descriptor === undefined && this.gathered <= KEEP_BYTES) {
      this.kept = this.chunks.splice(0);
      done();
      return;
    }
    this.save((error) => {
      if (error) done(error);
      else this.closeFile(done);
    });
  }

  override _destroy(error: Error | null, done: Done): void {
    this.chunks = [];
    if (this.descriptor === undefined) done(error);
    else this.closeFile((closing) => done(error ?? closing));
  }

  private save(done: Done): void {
    if (this.descriptor === undefined) {
      open(this.path, 'w', (error, descriptor) => {
        if (error) return done(error);
        this.descriptor = descriptor;
        this.save(done);
      });
      return;
    }
    const chunks = this.chunks.splice(0);
    this.gathered = 0;
    if (chunks.length === 0) done();
    else writeAll(this.descriptor, chunks, done);
  }

  private closeFile(done: Done): void {
    const { descriptor } = this;
    this.descriptor = undefined;
    if (descriptor === undefined) done();
    else close(descriptor, done);
  }
}

/** Continues after partial writes, which happen on a full disk, for example. */
function writeAll(descriptor: number, chunks: Buffer[], done: Done): void {
  writev(descriptor, chunks, (error, written) => {
    if (error) return done(error);
    const rest = withoutFirst(chunks, written);
    if (rest.length === 0) done();
    else writeAll(descriptor, rest, done);
  });
}

function withoutFirst(chunks: Buffer[], bytes: number): Buffer[] {
  let left = bytes;
  const rest: Buffer[] = [];
  for (const chunk of chunks) {
    if (left < chunk.length) rest.push(chunk.subarray(left));
    left = Math.max(0, left - chunk.length);
  }
  return rest;
}
