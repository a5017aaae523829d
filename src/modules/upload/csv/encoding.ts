export type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be' | 'windows-1252';

/** How the bytes of a file stand for text. `bom` bytes are the mark's, and are no text. */
export interface TextEncodingFound {
  encoding: Encoding;
  bomBytes: number;
}

const SAMPLE_BYTES = 4096;

/** From the first block. Windows-1252 looks like UTF-8 until its first accented letter: see decode.ts. */
export function detectEncoding(head: Buffer): TextEncodingFound {
  if (head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf) {
    return { encoding: 'utf-8', bomBytes: 3 };
  }
  if (head[0] === 0xff && head[1] === 0xfe) return { encoding: 'utf-16le', bomBytes: 2 };
  if (head[0] === 0xfe && head[1] === 0xff) return { encoding: 'utf-16be', bomBytes: 2 };
  return { encoding: utf16ByZeros(head.subarray(0, SAMPLE_BYTES)) ?? 'utf-8', bomBytes: 0 };
}

/** Headers and URLs are ASCII, so in UTF-16 nearly every second byte of the head is zero. */
function utf16ByZeros(sample: Buffer): Encoding | undefined {
  const pairs = sample.length >> 1;
  let even = 0;
  let odd = 0;
  for (let i = 0; i < pairs * 2; i += 2) {
    if (sample[i] === 0) even++;
    if (sample[i + 1] === 0) odd++;
  }
  const most = pairs * 0.4;
  const few = pairs * 0.05;
  if (odd > most && even <= few) return 'utf-16le';
  if (even > most && odd <= few) return 'utf-16be';
  return undefined;
}

const SIGNATURES: [kind: string, hex: string][] = [
  ['a PNG image', '89504e47'],
  ['a JPEG image', 'ffd8ff'],
  ['a GIF image', '47494638'],
  ['a WebP image', '52494646'],
  ['a PDF', '25504446'],
  ['an Excel workbook or another ZIP archive', '504b0304'],
  ['an old Excel workbook', 'd0cf11e0'],
  ['a gzip archive', '1f8b'],
];

/** What a file is that is no text at all, by its first bytes. */
export function binaryKind(head: Buffer): string | undefined {
  const start = head.subarray(0, 4).toString('hex');
  return SIGNATURES.find(([, hex]) => start.startsWith(hex))?.[0];
}
