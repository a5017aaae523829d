import { isAscii, isUtf8 } from 'node:buffer';
import iconv from 'iconv-lite';
import { toBlocks } from './blocks.js';
import { detectEncoding, detectUnicodeMark } from './detect-encoding.js';
import type { Encoding } from './encodings.js';

/** Encoding of a file's text. Final after the whole text has been read. */
export interface TextEncoding {
  encoding: Encoding;
  hasBom: boolean;
  /** True if invalid bytes were replaced by U+FFFD. */
  hasReplacements: boolean;
}

/** Number of bytes sampled to detect the encoding, starting with the first non-ASCII block. */
const DETECTION_BYTES = 256 * 1024;

/**
 * Decodes a file block by block.
 *
 * Text is ASCII up to the first byte above 0x7F. A sample that starts there determines the encoding. Each invalid
 * byte sequence is replaced by U+FFFD. The surrounding text remains intact.
 *
 * @param detected is updated while the text is read
 * @param forcedEncoding the encoding set by the user
 */
export async function* decodeText(
  source: AsyncIterable<Buffer>,
  detected: TextEncoding,
  forcedEncoding?: Encoding,
): AsyncGenerator<string> {
  const decoder = new BlockDecoder(detected, forcedEncoding);
  for await (const block of toBlocks(source)) {
    const text = decoder.write(block);
    if (text !== '') yield text;
  }
  const text = decoder.end();
  if (text !== '') yield text;
}

class BlockDecoder {
  private isStarted = false;
  private decode?: (bytes: Buffer, isLast: boolean) => string;
  private sampleBlocks: Buffer[] = [];
  private sampledBytes = 0;

  constructor(
    private readonly detected: TextEncoding,
    private readonly forcedEncoding?: Encoding,
  ) {}

  write(block: Buffer): string {
    const bytes = this.isStarted ? block : this.startDecoding(block);
    if (this.decode !== undefined) return this.decode(bytes, false);
    if (this.sampledBytes === 0 && isAscii(bytes)) return bytes.toString('latin1');
    this.sampleBlocks.push(bytes);
    this.sampledBytes += bytes.length;
    return this.sampledBytes < DETECTION_BYTES ? '' : this.decideEncoding(false);
  }

  end(): string {
    if (this.decode !== undefined) return this.decode(Buffer.alloc(0), true);
    return this.sampledBytes === 0 ? '' : this.decideEncoding(true);
  }

  private startDecoding(block: Buffer): Buffer {
    this.isStarted = true;
    const mark = detectUnicodeMark(block);
    const encoding = this.forcedEncoding ?? mark?.encoding;
    if (encoding !== undefined) this.useEncoding(encoding);
    if (
      mark === undefined ||
      (this.forcedEncoding !== undefined && this.forcedEncoding !== mark.encoding)
    ) {
      return block;
    }
    this.detected.hasBom = mark.bomBytes > 0;
    return block.subarray(mark.bomBytes);
  }

  private decideEncoding(isLast: boolean): string {
    const bytes = Buffer.concat(this.sampleBlocks);
    this.sampleBlocks = [];
    const decode = this.useEncoding(detectEncoding(bytes));
    return isLast ? decode(bytes, false) + decode(Buffer.alloc(0), true) : decode(bytes, false);
  }

  private useEncoding(encoding: Encoding) {
    this.detected.encoding = encoding;
    this.decode =
      encoding === 'utf-8'
        ? createUtf8Decoder(this.detected)
        : createIconvDecoder(encoding, this.detected);
    return this.decode;
  }
}

/** Node's built-in decoder is several times faster than iconv-lite's, and nearly every file is UTF-8. */
function createUtf8Decoder(detected: TextEncoding) {
  let pendingBytes: Buffer = Buffer.alloc(0);
  return (block: Buffer, isLast: boolean): string => {
    const bytes = pendingBytes.length > 0 ? Buffer.concat([pendingBytes, block]) : block;
    const completeLength = isLast ? bytes.length : getCompleteLength(bytes);
    pendingBytes = Buffer.from(bytes.subarray(completeLength));
    const completeBytes = bytes.subarray(0, completeLength);
    if (isAscii(completeBytes)) return completeBytes.toString('latin1');
    detected.hasReplacements ||= !isUtf8(completeBytes);
    return completeBytes.toString('utf8');
  };
}

/** Returns the length in bytes without an incomplete trailing character (RFC 3629). */
function getCompleteLength(bytes: Buffer): number {
  for (let distance = 1; distance <= 3 && distance <= bytes.length; distance++) {
    const byte = bytes[bytes.length - distance];
    if (byte < 0x80) break;
    if (byte < 0xc0) continue;
    const characterBytes = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
    return characterBytes > distance ? bytes.length - distance : bytes.length;
  }
  return bytes.length;
}

function createIconvDecoder(encoding: Encoding, detected: TextEncoding) {
  const decoder = iconv.getDecoder(encoding, { stripBOM: false });
  return (block: Buffer, isLast: boolean): string => {
    const text = isLast ? (decoder.end() ?? '') : decoder.write(block);
    detected.hasReplacements ||= text.includes('\uFFFD');
    return text;
  };
}
