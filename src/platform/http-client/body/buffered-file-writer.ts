import { close, open, writev } from 'node:fs';
import { Writable } from 'node:stream';

/** Buffer size. Most images are smaller and need only one write. */
const BUFFER_BYTES = 512 * 1024;
/**
 * Maximum size of a file that stays in memory. Garbage collection of a larger file takes longer
 * than writing it.
 */
const MAX_KEPT_BYTES = 128 * 1024;

export interface BufferedFileWriterSettings {
  keepSmall?: boolean;
  /** Called with every chunk before it is buffered. If this function throws, the stream fails. */
  onChunk?: (chunk: Buffer) => void;
}

type DoneCallback = (error?: Error | null) => void;

/**
 * Writes a new file in a few large writes. Each file system call is a task for the thread pool. A
 * small file can be kept in memory instead. Creating, writing and removing a file costs several
 * times as much as keeping its bytes in memory.
 */
export class BufferedFileWriter extends Writable {
  /** All bytes of a small file, if `keepSmall` is set. In this case no file is written. */
  keptChunks: Buffer[] | undefined;
  private descriptor: number | undefined;
  private chunks: Buffer[] = [];
  private bufferedBytes = 0;

  constructor(
    private readonly path: string,
    private readonly settings: BufferedFileWriterSettings = {},
  ) {
    // This class buffers the chunks. The internal buffer of the stream contains only chunks that arrive
    // during a write.
    super({ highWaterMark: BUFFER_BYTES, decodeStrings: false });
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: DoneCallback): void {
    try {
      this.settings.onChunk?.(chunk);
    } catch (error) {
      done(error as Error);
      return;
    }
    this.chunks.push(chunk);
    this.bufferedBytes += chunk.length;
    if (this.bufferedBytes < BUFFER_BYTES) done();
    else this.flushChunks(done);
  }

  override _final(done: DoneCallback): void {
    if (
      this.settings.keepSmall &&
      this.descriptor === undefined &&
      this.bufferedBytes <= MAX_KEPT_BYTES
    ) {
      this.keptChunks = this.chunks.splice(0);
      done();
      return;
    }
    this.flushChunks((error) => {
      if (error) done(error);
      else this.closeFile(done);
    });
  }

  override _destroy(error: Error | null, done: DoneCallback): void {
    this.chunks = [];
    if (this.descriptor === undefined) done(error);
    else this.closeFile((closeError) => done(error ?? closeError));
  }

  private flushChunks(done: DoneCallback): void {
    if (this.descriptor === undefined) {
      open(this.path, 'w', (error, descriptor) => {
        if (error) return done(error);
        this.descriptor = descriptor;
        this.flushChunks(done);
      });
      return;
    }
    const chunks = this.chunks.splice(0);
    this.bufferedBytes = 0;
    if (chunks.length === 0) done();
    else writeAll(this.descriptor, chunks, done);
  }

  private closeFile(done: DoneCallback): void {
    const { descriptor } = this;
    this.descriptor = undefined;
    if (descriptor === undefined) done();
    else close(descriptor, done);
  }
}

/** Continues after partial writes, which happen on a full disk, for example. */
function writeAll(descriptor: number, chunks: Buffer[], done: DoneCallback): void {
  writev(descriptor, chunks, (error, bytesWritten) => {
    if (error) return done(error);
    const remaining = dropFirstBytes(chunks, bytesWritten);
    if (remaining.length === 0) done();
    else writeAll(descriptor, remaining, done);
  });
}

function dropFirstBytes(chunks: Buffer[], bytes: number): Buffer[] {
  let bytesToDrop = bytes;
  const remaining: Buffer[] = [];
  for (const chunk of chunks) {
    if (bytesToDrop < chunk.length) remaining.push(chunk.subarray(bytesToDrop));
    bytesToDrop = Math.max(0, bytesToDrop - chunk.length);
  }
  return remaining;
}
