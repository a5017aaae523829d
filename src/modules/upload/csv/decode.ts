import { isAscii, isUtf8 } from 'node:buffer';
import { inBlocks } from './blocks.js';
import { FileProblem } from './file-problem.js';
import { binaryKind, detectEncoding, type Encoding } from './encoding.js';
import { decodeWindows1252 } from './windows-1252.js';

/** How the file was written; complete once the text has been read to its end. */
export interface EncodingSeen {
  encoding: Encoding;
  bom: boolean;
}

/**
 * Bytes to text, a block at a time. Text before a byte that can't be decoded is yielded before the
 * error is thrown, so that the reader knows on which line it happened.
 */
export async function* decodeText(
  source: AsyncIterable<Buffer>,
  seen: EncodingSeen,
): AsyncGenerator<string> {
  let decode: ((block: Buffer, last: boolean) => Decoded) | undefined;
  const run = function* (block: Buffer, last: boolean) {
    const { text, problem } = decode!(block, last);
    if (text !== '') yield text;
    if (problem !== undefined) throw problem;
  };

  for await (let block of inBlocks(source)) {
    if (decode === undefined) {
      const kind = binaryKind(block);
      if (kind !== undefined) throw notCsv(kind);
      const found = detectEncoding(block);
      seen.encoding = found.encoding;
      seen.bom = found.bomBytes > 0;
      decode = found.encoding === 'utf-8' ? utf8Decoder(seen) : utf16Decoder(found.encoding);
      block = block.subarray(found.bomBytes);
    }
    yield* run(block, false);
  }
  if (decode !== undefined) yield* run(Buffer.alloc(0), true);
}

interface Decoded {
  text: string;
  problem?: FileProblem;
}

function utf16Decoder(encoding: Encoding) {
  const decoder = new TextDecoder(encoding, { fatal: true, ignoreBOM: true });
  return (block: Buffer, last: boolean): Decoded => {
    try {
      return { text: decoder.decode(block, { stream: !last }) };
    } catch (cause) {
      const message = `The file is ${encoding.toUpperCase()} and holds half a character here. Save it again as "CSV UTF-8".`;
      return { text: '', problem: new FileProblem('encoding_invalid', message, { cause }) };
    }
  };
}

/**
 * UTF-8 until the first byte that can't be. If all before it was ASCII, the file is Windows-1252
 * (old Excel); if accented letters were read as UTF-8 before, it is neither, and that is an error.
 */
function utf8Decoder(seen: EncodingSeen) {
  let carry = Buffer.alloc(0);
  let onlyAscii = !seen.bom;
  return (block: Buffer, last: boolean): Decoded => {
    if (seen.encoding === 'windows-1252') return { text: decodeWindows1252(block) };
    const bytes = carry.length > 0 ? Buffer.concat([carry, block]) : block;
    if (isAscii(bytes)) {
      carry = Buffer.alloc(0);
      return { text: bytes.toString('latin1') };
    }
    const whole = last ? bytes.length : wholeCharacters(bytes);
    const text = bytes.subarray(0, whole);
    if (isUtf8(text)) {
      carry = Buffer.from(bytes.subarray(whole));
      onlyAscii &&= isAscii(text);
      return { text: text.toString('utf8') };
    }
    const valid = validPrefix(bytes);
    if (onlyAscii && isAscii(bytes.subarray(0, valid))) {
      seen.encoding = 'windows-1252';
      return { text: decodeWindows1252(bytes) };
    }
    const message =
      'A byte here is not UTF-8, though the text before it is: the file mixes encodings. Save it again as "CSV UTF-8".';
    return {
      text: bytes.toString('utf8', 0, valid),
      problem: new FileProblem('encoding_invalid', message),
    };
  };
}

/** Length without a character at the end whose last bytes are still to come (RFC 3629). */
function wholeCharacters(bytes: Buffer): number {
  for (let back = 1; back <= 3 && back <= bytes.length; back++) {
    const byte = bytes[bytes.length - back];
    if (byte < 0x80) break;
    if (byte < 0xc0) continue;
    const needed = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
    return needed > back ? bytes.length - back : bytes.length;
  }
  return bytes.length;
}

/** Length of the longest beginning that is UTF-8; at most four bytes are looked at for each step. */
function validPrefix(bytes: Buffer): number {
  let at = 0;
  while (at < bytes.length) {
    const width = [1, 2, 3, 4].find((n) => isUtf8(bytes.subarray(at, at + n)));
    if (width === undefined || at + width > bytes.length) break;
    at += width;
  }
  return at;
}

function notCsv(kind: string): FileProblem {
  const message = `This is ${kind}, not a CSV. In a spreadsheet, use "Save as" and choose CSV.`;
  return new FileProblem('not_a_csv', message, { status: 415 });
}
