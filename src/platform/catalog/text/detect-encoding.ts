import { isUtf8 } from 'node:buffer';
import type { Encoding } from './encodings.js';
import { LETTER_MODELS } from './letter-models.js';
import { scoreDoubleBytes } from './score-double-bytes.js';
import { scoreLetters } from './score-letters.js';

/** Unicode encoding identified by a byte order mark or by the zero bytes of UTF-16. */
export interface UnicodeMark {
  encoding: Encoding;
  bomBytes: number;
}

const SAMPLE_BYTES = 4096;
/** Maximum total length of the sampled words, in bytes. Allows a few hundred words. */
const MAX_WORDS_BYTES = 4 * 1024;

/** Returns the Unicode encoding that the first bytes identify. Undefined for other encodings, and for UTF-8 without a BOM. */
export function detectUnicodeMark(head: Buffer): UnicodeMark | undefined {
  if (head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf) {
    return { encoding: 'utf-8', bomBytes: 3 };
  }
  if (head[0] === 0xff && head[1] === 0xfe) return { encoding: 'utf-16le', bomBytes: 2 };
  if (head[0] === 0xfe && head[1] === 0xff) return { encoding: 'utf-16be', bomBytes: 2 };
  const encoding = detectUtf16ByZeros(head.subarray(0, SAMPLE_BYTES));
  return encoding && { encoding, bomBytes: 0 };
}

/** Headers and URLs are ASCII, so in UTF-16 nearly every second byte of the head is zero. */
function detectUtf16ByZeros(sample: Buffer): Encoding | undefined {
  const pairCount = sample.length >> 1;
  let evenZeroCount = 0;
  let oddZeroCount = 0;
  for (let i = 0; i < pairCount * 2; i += 2) {
    if (sample[i] === 0) evenZeroCount++;
    if (sample[i + 1] === 0) oddZeroCount++;
  }
  const highThreshold = pairCount * 0.4;
  const lowThreshold = pairCount * 0.05;
  if (oddZeroCount > highThreshold && evenZeroCount <= lowThreshold) return 'utf-16le';
  if (evenZeroCount > highThreshold && oddZeroCount <= lowThreshold) return 'utf-16be';
  return undefined;
}

/**
 * Detects the encoding of a sample with bytes above 0x7F. It is UTF-8 if there are at least twice as many valid
 * multi-byte characters as invalid bytes. Some files contain text that was truncated in the middle of a character.
 */
export function detectEncoding(sample: Buffer): Encoding {
  if (isUtf8(sample)) return 'utf-8';
  const { characterCount, invalidCount } = countUtf8Characters(sample);
  if (characterCount > 0 && characterCount >= 2 * invalidCount) return 'utf-8';
  const words = extractNonAsciiWords(sample);
  const scores = [
    ...LETTER_MODELS.map((model) => ({
      encoding: model.encoding,
      score: scoreLetters(words, model),
    })),
    ...scoreDoubleBytes(words),
  ];
  return scores.reduce((best, next) => (next.score > best.score ? next : best)).encoding;
}

function countUtf8Characters(bytes: Buffer): { characterCount: number; invalidCount: number } {
  const counts = { characterCount: 0, invalidCount: 0 };
  for (let index = 0; index < bytes.length;) {
    const width = bytes[index] < 0x80 ? 1 : getUtf8Width(bytes, index);
    if (width > 1) counts.characterCount++;
    else if (width === 0 && index < bytes.length - 3) counts.invalidCount++;
    index += Math.max(1, width);
  }
  return counts;
}

/** Returns the byte length of the multi-byte character at `index`, or 0 if it is invalid (RFC 3629). */
function getUtf8Width(bytes: Buffer, index: number): number {
  const width = bytes[index] >= 0xf0 ? 4 : bytes[index] >= 0xe0 ? 3 : 2;
  return index + width <= bytes.length && isUtf8(bytes.subarray(index, index + width)) ? width : 0;
}

/** Returns the words that contain bytes above 0x7F. URLs and other ASCII text would outweigh them. */
function extractNonAsciiWords(bytes: Buffer): Buffer {
  const words: Buffer[] = [];
  let length = 0;
  for (let index = 0; index < bytes.length && length < MAX_WORDS_BYTES; index++) {
    if (bytes[index] < 0x80) continue;
    let start = index;
    while (start > 0 && isWordByte(bytes[start - 1])) start--;
    let end = index + 1;
    // A trail byte of Shift-JIS, GBK or Big5 may be ASCII punctuation.
    while (end < bytes.length && (isWordByte(bytes[end]) || bytes[end - 1] >= 0x80)) end++;
    words.push(bytes.subarray(start, end), Buffer.from(' '));
    length += end - start + 1;
    index = end;
  }
  return Buffer.concat(words);
}

const isWordByte = (byte: number): boolean =>
  byte >= 0x80 || (byte >= 0x41 && byte <= 0x5a) || (byte >= 0x61 && byte <= 0x7a);
