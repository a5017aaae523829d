import { finished, Transform, type Readable } from 'node:stream';
import zlib, {
  constants,
  createBrotliDecompress,
  createGunzip,
  createInflate,
  createInflateRaw,
} from 'node:zlib';
import { GzipDecoder } from './gzip-decoder.js';
import { hasImageSignature, SIGNATURE_BYTES } from './image-signature.js';
import { ContentEncodingError, DownloadTooLargeError } from '../outbound-errors.js';
import { peekStream } from './peek-stream.js';

/** Servers and proxies usually apply one coding, and rarely two. */
const MAX_CODINGS = 3;
/**
 * Chunk size of the decoders. Each chunk is a task on another thread. A decompression bomb reaches the
 * size limit after a few chunks.
 */
const CHUNK_BYTES = 256 * 1024;
/** Keeps decoded data when the input ends early, as browsers do. The image decoder validates the image. */
const LENIENT_OPTIONS = { finishFlush: constants.Z_SYNC_FLUSH, chunkSize: CHUNK_BYTES };
/** Fails with `Z_BUF_ERROR` when the input ends early. */
const STRICT_OPTIONS = { chunkSize: CHUNK_BYTES };

type CreateDecoder = (head: Buffer, isStrict: boolean) => Transform;

const createGzipDecoder: CreateDecoder = (_head, isStrict) =>
  isStrict ? createGunzip(STRICT_OPTIONS) : new GzipDecoder(LENIENT_OPTIONS);

const DECODERS: Record<string, CreateDecoder> = {
  gzip: createGzipDecoder,
  'x-gzip': createGzipDecoder,
  deflate: (head, isStrict) =>
    (hasZlibHeader(head) ? createInflate : createInflateRaw)(
      isStrict ? STRICT_OPTIONS : LENIENT_OPTIONS,
    ),
  br: (_head, isStrict) =>
    createBrotliDecompress({
      ...(isStrict ? {} : { finishFlush: constants.BROTLI_OPERATION_FLUSH }),
      chunkSize: CHUNK_BYTES,
    }),
  ...findZstdDecoder(),
};

/**
 * Returns the Zstandard decoder, which Node.js has included since version 22.15. In earlier versions, the
 * coding counts as unsupported.
 */
function findZstdDecoder(): Record<string, CreateDecoder> {
  const { createZstdDecompress } = zlib as {
    createZstdDecompress?: (options: { chunkSize: number }) => Transform;
  };
  return createZstdDecompress
    ? { zstd: () => createZstdDecompress({ chunkSize: CHUNK_BYTES }) }
    : {};
}

export interface EncodedBody {
  host: string;
  body: Readable;
  contentEncoding: string | undefined;
  /** Maximum number of bytes before decoding. The reader of the result limits the decoded bytes. */
  maxBytes: number;
  /** Returns true if the first bytes show that an unknown coding did not change the file. */
  isPlain?: (head: Buffer) => boolean;
  /**
   * Rejects a body that ends early or is followed by other data. Part of an image is acceptable;
   * part of a table is not.
   */
  isStrict?: boolean;
}

/**
 * Decodes the `Content-Encoding` of a response (RFC 9110, section 8.4). Ignores an unknown coding if the
 * bytes start like the expected file. For example, S3 stores `aws-chunked` with files that are not
 * chunked. Memory stays constant, because the decoders stop while the reader is busy.
 * @throws ContentEncodingError
 */
export async function decodeContent(encodedBody: EncodedBody): Promise<Readable> {
  const { host, body, contentEncoding = '', maxBytes, isPlain = hasImageSignature } = encodedBody;
  const { isStrict = false } = encodedBody;
  const codings = contentEncoding
    .toLowerCase()
    .split(',')
    .map((coding) => coding.trim())
    .filter((coding) => coding !== '' && coding !== 'identity');
  if (codings.length === 0) return body;
  if (codings.length > MAX_CODINGS) throw new ContentEncodingError(host, contentEncoding);

  const knownCodings = codings.filter((coding) => coding in DECODERS);
  let decodedBody = knownCodings.length > 0 ? pipeToDecoder(body, limitBytes(maxBytes)) : body;
  // The last coding in the header was applied last.
  for (const coding of knownCodings.toReversed()) {
    const decoder = DECODERS[coding](await peekStream(decodedBody, 2), isStrict);
    decodedBody = pipeToDecoder(decodedBody, decoder);
  }
  if (knownCodings.length === codings.length) return decodedBody;
  if (isPlain(await peekStream(decodedBody, SIGNATURE_BYTES))) return decodedBody;
  decodedBody.destroy();
  throw new ContentEncodingError(host, contentEncoding);
}

/**
 * Pipes a stream to a decoder and propagates failures in both directions. Decodes the data that arrived
 * before the connection was interrupted.
 */
function pipeToDecoder(source: Readable, decoder: Transform): Readable {
  finished(source, { writable: false }, (error) => {
    if (!error) return;
    if (isConnectionReset(error)) decoder.end();
    else decoder.destroy(error);
  });
  decoder.on('close', () => source.destroy());
  return source.pipe(decoder);
}

/** Returns true if a connection closed before the declared end of the body. */
export const isConnectionReset = (error: NodeJS.ErrnoException): boolean =>
  error.code === 'ECONNRESET';

/** Returns true if decoding failed because the bytes are not in the declared coding. */
export function isDecodingError(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  // Error codes of zlib, Zstandard and Brotli (for example ERR__ERROR_FORMAT_PADDING_1).
  return typeof code === 'string' && /^(Z_|ZSTD_|ERR__ERROR_)/.test(code);
}

/**
 * Limits the encoded bytes. A stream of empty blocks decodes to no data and would never reach the file size limit.
 */
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

/**
 * Returns true for a zlib header (RFC 1950, section 2.2). Some servers send raw deflate data (RFC 1951)
 * instead.
 */
function hasZlibHeader(head: Buffer): boolean {
  return head.length === 2 && (head[0] & 0x0f) === 8 && head.readUInt16BE(0) % 31 === 0;
}
