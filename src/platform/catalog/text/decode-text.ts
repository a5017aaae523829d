import { isAscii, isUtf8 } from 'node:buffer';
import iconv from 'iconv-lite';
import { toBlocks } from './blocks.js';
import { detectEncoding, unicodeMark } from './detect-encoding.js';
import type { Encoding } from './encodings.js';

/** Encoding of a file's text. Final after the text was read to its end. */
export interface TextEncoding {
  encoding: Encoding;
  bom: boolean;
  /** Invalid bytes were replaced by U+FFFD. */
  replaced: boolean;
}

/** Non-ASCII text that is sampled before the encoding is decided, in bytes. */
const DETECTION_BYTES = 256 * 1024;

/**
 * Decodes a file a block at a time.
 *
 * Text is ASCII up to the first byte above 0x7F. A sample from there decides the encoding. Each invalid
 * byte sequence becomes U+FFFD and leaves the text around it intact.
 *
 * @param seen is updated while the text is read
 * @param forced the encoding that the user gave
 */
export async function* decodeText(
  source: AsyncIterable<Buffer>,
  seen: TextEncoding,
  forced?: Encoding,
): AsyncGenerator<string> {
  const decoder = new BlockDecoder(seen, forced);
  for await (const block of toBlocks(source)) {
    const text = decoder.write(block);
    if (text !== '') yield text;
  }
  const text = decoder.end();
  if (text !== '') yield text;
}

class BlockDecoder {
  private started = false;
  private decode?: (bytes: Buffer, last: boolean) => string;
  private sample: Buffer[] = [];
  private sampled = 0;

  constructor(
    private readonly seen: TextEncoding,
    private readonly forced?: Encoding,
  ) {}

  write(block: Buffer): string {
    const bytes = this.started ? block : this.start(block);
    if (this.decode !== undefined) return this.decode(bytes, false);
    if (this.sampled === 0 && isAscii(bytes)) return bytes.toString('latin1');
    this.sample.push(bytes);
    this.sampled += bytes.length;
    return this.sampled < DETECTION_BYTES ? '' : this.decideEncoding(false);
  }

  end(): string {
    if (this.decode !== undefined) return this.decode(Buffer.alloc(0), true);
    return this.sampled === 0 ? '' : this.decideEncoding(true);
  }

  private start(block: Buffer): Buffer {
    this.started = true;
    const mark = unicodeMark(block);
    const encoding = this.forced ?? mark?.encoding;
    if (encoding !== undefined) this.use(encoding);
    if (mark === undefined || (this.forced !== undefined && this.forced !== mark.encoding)) {
      return block;
    }
    this.seen.bom = mark.bomBytes > 0;
    return block.subarray(mark.bomBytes);
  }

  private decideEncoding(last: boolean): string {
    const bytes = Buffer.concat(this.sample);
    this.sample = [];
    const decode = this.use(detectEncoding(bytes));
    return last ? decode(bytes, false) + decode(Buffer.alloc(0), true) : decode(bytes, false);
  }

  private use(encoding: Encoding) {
    this.seen.encoding = encoding;
    this.decode = encoding === 'utf-8' ? utf8Decoder(this.seen) : iconvDecoder(encoding, this.seen);
    return this.decode;
  }
}

/** Node's own decoder is several times as fast as that of iconv-lite, and nearly every file is UTF-8. */
function utf8Decoder(seen: TextEncoding) {
  let carry: Buffer = Buffer.alloc(0);
  return (block: Buffer, last: boolean): string => {
    const bytes = carry.length > 0 ? Buffer.concat([carry, block]) : block;
    const whole = last ? bytes.length : wholeCharacters(bytes);
    carry = Buffer.from(bytes.subarray(whole));
    const text = bytes.subarray(0, whole);
    if (isAscii(text)) return text.toString('latin1');
    seen.replaced ||= !isUtf8(text);
    return text.toString('utf8');
  };
}

/** Returns the length without an incomplete character at the end (RFC 3629). */
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

function iconvDecoder(encoding: Encoding, seen: TextEncoding) {
  const decoder = iconv.getDecoder(encoding, { stripBOM: false });
  return (block: Buffer, last: boolean): string => {
    const text = last ? (decoder.end() ?? '') : decoder.write(block);
    seen.replaced ||= text.includes('\uFFFD');
    return text;
  };
}
