import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** The built decoder, because a child process of Node.js 20 cannot run TypeScript. */
const DECODER_URL = new URL(
  '../../dist/platform/compression/decoder-pool/decoder.js',
  import.meta.url,
);

interface Peak {
  pid: number;
  /** Type of the message that the decoder sent next: `ready`, `done` or `failed`. */
  type: string;
  kib: number;
}

/**
 * Records the peak memory of every decoder process (Linux). The pool kills a large decoder as soon as it
 * has responded, and `VmHWM` disappears from `/proc` within milliseconds. Therefore, the decoder records its
 * own peak before each response.
 */
export class DecoderPeaks {
  private constructor(
    /** Entry point for `DecoderPool`. Starts the decoder, which records its peak memory. */
    readonly entryUrl: URL,
    private readonly recordPath: string,
  ) {}

  /** @param folder an empty folder for the entry point and the recorded peaks */
  static async create(folder: string): Promise<DecoderPeaks> {
    const [entryPath, recordPath] = [join(folder, 'decoder.mjs'), join(folder, 'peaks')];
    await writeFile(recordPath, '');
    await writeFile(
      entryPath,
      `import { appendFileSync, readFileSync } from 'node:fs';
const send = process.send.bind(process);
process.send = (message, ...rest) => {
  const kib = Number(/^VmHWM:\\s+(\\d+)/m.exec(readFileSync('/proc/self/status', 'latin1'))[1]);
  const line = JSON.stringify({ pid: process.pid, type: message.type, kib });
  appendFileSync(${JSON.stringify(recordPath)}, line + '\\n');
  return send(message, ...rest);
};
await import(${JSON.stringify(DECODER_URL.href)});
`,
    );
    return new DecoderPeaks(pathToFileURL(entryPath), recordPath);
  }

  /** Returns the peaks recorded before responses to tasks. */
  readResponsePeaks(): Peak[] {
    return this.readPeaks().filter(({ type }) => type !== 'ready');
  }

  /** Returns the highest peak of all processes, in MiB. Throws if no peak was recorded. */
  findMaxMiB(): number {
    const peaks = this.readPeaks();
    if (peaks.length === 0) throw new Error('No decoder process recorded its peak memory');
    return Math.max(...peaks.map(({ kib }) => kib)) / 1024;
  }

  private readPeaks(): Peak[] {
    const lines = readFileSync(this.recordPath, 'utf8').split('\n').filter(Boolean);
    return lines.map((line) => JSON.parse(line) as Peak);
  }
}
