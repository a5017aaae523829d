import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** The built decoder, because a child process of Node.js 20 runs no TypeScript. */
const DECODER = new URL('../../dist/platform/compression/decoder-pool/decoder.js', import.meta.url);

interface Peak {
  pid: number;
  /** Type of the message that was sent next: `ready`, `done` or `failed`. */
  type: string;
  kib: number;
}

/**
 * Records the peak memory of every decoder process (Linux). The pool kills a large decoder as soon as it
 * has answered, and `/proc` loses `VmHWM` within milliseconds. So the decoder records its own peak before
 * each response.
 */
export class DecoderPeaks {
  private constructor(
    /** Starts the decoder with the record. For `DecoderPool`. */
    readonly entry: URL,
    private readonly record: string,
  ) {}

  /** @param folder an empty folder for the entry and the record */
  static async create(folder: string): Promise<DecoderPeaks> {
    const [entry, record] = [join(folder, 'decoder.mjs'), join(folder, 'peaks')];
    await writeFile(record, '');
    await writeFile(
      entry,
      `import { appendFileSync, readFileSync } from 'node:fs';
const send = process.send.bind(process);
process.send = (message, ...rest) => {
  const kib = Number(/^VmHWM:\\s+(\\d+)/m.exec(readFileSync('/proc/self/status', 'latin1'))[1]);
  const line = JSON.stringify({ pid: process.pid, type: message.type, kib });
  appendFileSync(${JSON.stringify(record)}, line + '\\n');
  return send(message, ...rest);
};
await import(${JSON.stringify(DECODER.href)});
`,
    );
    return new DecoderPeaks(pathToFileURL(entry), record);
  }

  /** Returns one peak for each response to a task. */
  ofAnswers(): Peak[] {
    return this.all().filter(({ type }) => type !== 'ready');
  }

  /** Returns the highest peak of all processes, in MiB. Throws when none was recorded. */
  maxMiB(): number {
    const peaks = this.all();
    if (peaks.length === 0) throw new Error('No decoder process recorded its peak');
    return Math.max(...peaks.map(({ kib }) => kib)) / 1024;
  }

  private all(): Peak[] {
    const lines = readFileSync(this.record, 'utf8').split('\n').filter(Boolean);
    return lines.map((line) => JSON.parse(line) as Peak);
  }
}
