import type { Readable, Writable } from 'node:stream';
import type { CompressOutputsTask } from './decoder-messages.js';

/** A task without its bytes, as a line of JSON. `bytes` bytes follow it, unless the source is a file. */
interface Heading extends Omit<CompressOutputsTask, 'source'> {
  source: string | null;
  bytes: number;
}

const NEWLINE = 0x0a;

/** Writes a task and its image to the pipe of a decoder child in one write. */
export function writeTask(pipe: Writable, { source, ...task }: CompressOutputsTask): void {
  const body = typeof source === 'string' ? [] : source;
  const bytes = body.reduce((sum, { length }) => sum + length, 0);
  const heading: Heading = { ...task, source: typeof source === 'string' ? source : null, bytes };
  pipe.cork();
  pipe.write(Buffer.from(`${JSON.stringify(heading)}\n`));
  for (const chunk of body) pipe.write(chunk);
  pipe.uncork();
}

/** Calls `onTask` in the child with each task of the pipe as soon as it is complete. */
export function readTasks(pipe: Readable, onTask: (task: CompressOutputsTask) => void): void {
  let heading: Heading | undefined;
  let line: Buffer[] = [];
  let body = Buffer.alloc(0);
  let filled = 0;

  /** Consumes the bytes of the current line or body. @returns the rest */
  const take = (chunk: Buffer): Buffer => {
    if (!heading) {
      const end = chunk.indexOf(NEWLINE);
      line.push(end < 0 ? chunk : chunk.subarray(0, end));
      if (end < 0) return chunk.subarray(chunk.length);
      heading = JSON.parse(Buffer.concat(line).toString()) as Heading;
      body = Buffer.allocUnsafeSlow(heading.bytes);
      [line, filled] = [[], 0];
      return chunk.subarray(end + 1);
    }
    const copied = chunk.copy(body, filled);
    filled += copied;
    return chunk.subarray(copied);
  };

  pipe.on('data', (chunk: Buffer) => {
    for (let rest = chunk; rest.length > 0;) {
      rest = take(rest);
      if (!heading || filled < heading.bytes) continue;
      const { bytes: _, source, ...task } = heading;
      heading = undefined;
      onTask({ ...task, source: source ?? [body] });
    }
  });
}
