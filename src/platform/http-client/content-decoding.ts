import { finished, Transform, type Readable } from 'node:stream';
import zlib, {
  constants,
  createBrotliDecompress,
  createGunzip,
  createInflate,
  createInflateRaw,
} from 'node:zlib';
import { beginsLikeImage, SIGNATURE_BYTES } from './image-signature.js';
import { ContentEncodingError, DownloadTooLargeError } from './outbound-errors.js';
import { peekStream } from './peek-stream.js';

/** Browsers and proxies apply one coding, rarely two. */
const MAX_CODINGS = 3;
/** Each chunk is a trip to another thread: a bomb reaches the limit after a few. */
const CHUNK_BYTES = 256 * 1024;
/** As browsers do: what was decoded before the data ends is kept. The decoder judges the image. */
const LENIENT = { finishFlush: constants.Z_SYNC_FLUSH, chunkSize: CHUNK_BYTES };

type CreateDecoder = (head: Buffer) => Transform;

const DECODERS: Record<string, CreateDecoder> = {
  gzip: () => createGunzip(LENIENT),
  'x-gzip': () => createGunzip(LENIENT),
  deflate: (head) => (hasZlibHeader(head) ? createInflate(LENIENT) : createInflateRaw(LENIENT)),
  br: () =>
    createBrotliDecompress({
      finishFlush: constants.BROTLI_OPERATION_FLUSH,
      chunkSize: CHUNK_BYTES,
    }),
  ...zstdDecoder(),
};

/** Node.js has Zstandard since 22.15; without it the coding is named as unsupported. */
function zstdDecoder(): Record<string, CreateDecoder> {
  const { createZstdDecompress } = zlib as {
    createZstdDecompress?: (options: { chunkSize: number }) => Transform;
  };
  return createZstdDecompress
    ? { zstd: () => createZstdDecompress({ chunkSize: CHUNK_BYTES }) }
    : {};
}

export interface CodedBody {
  host: string;
  body: Readable;
  contentEncoding: string | undefined;
  /** Bounds the bytes before decoding; the reader of the result bounds those after it. */
  maxBytes: number;
}

/**
 * Undoes the `Content-Encoding` of an answer (RFC 9110, section 8.4). An unknown coding counts as
 * none when the bytes begin like an image: S3 stores `aws-chunked` with files that are not chunked.
 * Memory stays constant, as the decoders stop while the reader is busy.
 * @throws ContentEncodingError
 */
export async function decodeContent(coded: CodedBody): Promise<Readable> {
  const { host, body, contentEncoding = '', maxBytes } = coded;
  const codings = contentEncoding
    .toLowerCase()
    .split(',')
    .map((coding) => coding.trim())
    .filter((coding) => coding !== '' && coding !== 'identity');
  if (codings.length === 0) return body;
  if (codings.length > MAX_CODINGS) throw new ContentEncodingError(host, contentEncoding);

  const known = codings.filter((coding) => coding in DECODERS);
  let decoded = known.length > 0 ? connect(body, limitBytes(maxBytes)) : body;
  // The last coding in the header was applied last.
  for (const coding of known.toReversed()) {
    const decoder = DECODERS[coding](await peekStream(decoded, 2));
    decoded = connect(decoded, decoder);
  }
  if (known.length === codings.length) return decoded;
  if (beginsLikeImage(await peekStream(decoded, SIGNATURE_BYTES))) return decoded;
  decoded.destroy();
  throw new ContentEncodingError(host, contentEncoding);
}

/** Pipes, and passes on failures both ways. Decodes what arrived before a connection broke off. */
function connect(from: Readable, to: Transform): Readable {
  finished(from, { writable: false }, (error) => {
    if (!error) return;
    if (isBrokenOff(error)) to.end();
    else to.destroy(error);
  });
  to.on('close', () => from.destroy());
  return from.pipe(to);
}

/** Whether a connection closed before the announced end of the body. */
export const isBrokenOff = (error: NodeJS.ErrnoException): boolean => error.code === 'ECONNRESET';

/** Whether a decoded stream failed because its bytes are not in the coding that was announced. */
export function isDecodingError(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  // zlib's own names, and those of Brotli: ERR__ERROR_FORMAT_PADDING_1.
  return typeof code === 'string' && /^(Z_|ZSTD_|ERR__ERROR_)/.test(code);
}

/** A stream of empty blocks decodes to nothing and would never reach the limit of the file. */
function limitBytes(maxBytes: number): Transform {
  let bytes = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.length;
      if (bytes > maxBytes) done(new DownloadTooLargeError(maxBytes));
      else done(null, chunk);
    },
  });
}

/** RFC 1950, section 2.2. Some servers send raw deflate data (RFC 1951) instead. */
function hasZlibHeader(head: Buffer): boolean {
  return head.length === 2 && (head[0] & 0x0f) === 8 && head.readUInt16BE(0) % 31 === 0;
}
