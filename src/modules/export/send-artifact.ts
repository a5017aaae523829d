import { pipeline } from 'node:stream/promises';
import type { Request, Response } from 'express';
import type {
  ArtifactStore,
  ByteRange,
  StoredArtifact,
} from '../../platform/storage/artifact-store.js';
import { ImageNotFoundError, RangeNotSatisfiableError } from './image-errors.js';

/** Headers that are removed if the response does not contain the image. */
const IMAGE_HEADERS = ['Cache-Control', 'ETag', 'Content-Type', 'Content-Disposition'];

/**
 * Sends an artifact that is not a local file. Supports conditional requests and single ranges. For
 * several ranges, sends the entire image, as RFC 9110, 14.2 allows. The caller sets the image headers
 * first.
 */
export async function sendArtifact(
  store: ArtifactStore,
  artifact: StoredArtifact,
  request: Request,
  response: Response,
): Promise<void> {
  response.set('Accept-Ranges', 'bytes');
  if (request.fresh) return void response.status(304).end();
  try {
    const range = parseRange(request, response, artifact.bytes);
    const length = range ? range.end - range.start + 1 : artifact.bytes;
    if (range) {
      const { start, end } = range;
      response.status(206).set('Content-Range', `bytes ${start}-${end}/${artifact.bytes}`);
    }
    response.set('Content-Length', String(length));
    if (request.method === 'HEAD') return void response.end();
    const storedContent = await store.read(artifact.key, artifact.format, range);
    if (!storedContent) throw new ImageNotFoundError();
    await pipeline(storedContent.content, response);
  } catch (error) {
    if (isClientDisconnect(error, response)) return;
    if (!response.headersSent) clearHeaders(response);
    throw error;
  }
}

function parseRange(request: Request, response: Response, bytes: number): ByteRange | undefined {
  const condition = request.get('if-range');
  if (condition !== undefined && condition !== response.get('ETag')) return undefined;
  const ranges = request.range(bytes);
  if (ranges === -1) {
    response.set('Content-Range', `bytes */${bytes}`);
    throw new RangeNotSatisfiableError(bytes);
  }
  if (ranges === undefined || ranges === -2 || ranges.type !== 'bytes') return undefined;
  return ranges.length === 1 ? ranges[0] : undefined;
}

function clearHeaders(response: Response): void {
  const isRangeError = response.statusCode === 200 && response.hasHeader('Content-Range');
  const rangeHeaders = isRangeError ? [] : ['Content-Range'];
  for (const name of [...IMAGE_HEADERS, 'Content-Length', ...rangeHeaders])
    response.removeHeader(name);
}

const isClientDisconnect = (error: unknown, response: Response): boolean =>
  response.destroyed && (error as NodeJS.ErrnoException).code === 'ERR_STREAM_PREMATURE_CLOSE';
