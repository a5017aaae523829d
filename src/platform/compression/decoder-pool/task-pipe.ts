import type { Readable, Writable } from 'node:stream';
import type { CompressOutputsTask } from './decoder-messages.js';

/** A task without its image, written as a line of JSON. The bytes of the image follow the line. */
interface TaskHeader extends Omit<CompressOutputsTask, 'source'> {
  source: string | null;
  /** Size of the image. */
  bytes: number;
}

const NEWLINE = 0x0a;

/** Writes a task and its image to the pipe of a decoder child in one write. */
export function writeTask(pipe: Writable, { source, ...task }: CompressOutputsTask): void {
  const body = typeof source === 'string' ? [] : source;
  const bytes = body.reduce((sum, { length }) => sum + length, 0);
  const header: TaskHeader = { ...task, source: typeof source === 'string' ? source : null, bytes };
  pipe.cork();
  pipe.write(Buffer.from(`${JSON.stringify(header)}\n`));
  for (const chunk of body) pipe.write(chunk);
  pipe.uncork();
}

/** Calls `onTask` with each task from the pipe as soon as it is complete. Runs in the child. */
export function readTasks(pipe: Readable, onTask: (task: CompressOutputsTask) => void): void {
  let header: TaskHeader | undefined;
  let lineChunks: Buffer[] = [];
  let body = Buffer.alloc(0);
  let filledBytes = 0;

  /** Consumes the bytes of the current line or body. @returns the remaining bytes */
  const consumeBytes = (chunk: Buffer): Buffer => {
    if (!header) {
      const end = chunk.indexOf(NEWLINE);
      lineChunks.push(end < 0 ? chunk : chunk.subarray(0, end));
      if (end < 0) return chunk.subarray(chunk.length);
      header = JSON.parse(Buffer.concat(lineChunks).toString()) as TaskHeader;
      body = Buffer.allocUnsafeSlow(header.bytes);
      [lineChunks, filledBytes] = [[], 0];
      return chunk.subarray(end + 1);
    }
    const copiedBytes = chunk.copy(body, filledBytes);
    filledBytes += copiedBytes;
    return chunk.subarray(copiedBytes);
  };

  pipe.on('data', (chunk: Buffer) => {
    for (let remaining = chunk; remaining.length > 0;) {
      remaining = consumeBytes(remaining);
      if (!header || filledBytes < header.bytes) continue;
      const { bytes: _, source, ...task } = header;
      header = undefined;
      onTask({ ...task, source: source ?? [body] });
    }
  });
}
