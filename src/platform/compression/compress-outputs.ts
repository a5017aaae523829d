import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { storageError } from '../errors/storage-errors.js';
import { compressImage } from './compress-image.js';
import type {
  Compressed,
  CompressedOutputs,
  CompressOutputsTask,
  DecodeLimits,
} from './decoder-pool/decoder-messages.js';
import { differenceHash } from './difference-hash.js';
import { OutputError } from './image-errors.js';
import { identifyImage } from './image-type.js';
import { readableSource } from './readable-source.js';
import { inspectImage } from './inspect-image.js';

/** Runs in a decoder child: identify -> inspect -> compress each output -> write its file. */
export async function compressOutputs(
  { source, outputs }: CompressOutputsTask,
  limits: DecodeLimits,
): Promise<CompressedOutputs> {
  const original = orStorageError(() => bytesOf(source));
  const format = identifyImage(original);
  const readable = readableSource(original, format);
  const header = await inspectImage(readable, format, limits, { original });
  const { width, height, frames, hasUnreadFrames } = header;
  const results: Compressed[] = [];
  for (const [index, { target, options }] of outputs.entries()) {
    const { bytes, ...result } = await namingOutput(index, () =>
      compressImage({ original, readable, format }, options, limits),
    );
    const keptOriginal = bytes.equals(original);
    if (!keptOriginal || typeof source !== 'string') {
      orStorageError(() => writeFileSync(target, bytes));
    }
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    results.push({ ...result, bytes: bytes.length, keptOriginal, sha256 });
  }
  return {
    source: {
      format,
      width,
      height,
      animated: hasUnreadFrames || (frames > 1 && format !== 'tiff'),
      bytes: original.length,
      hash: await differenceHash(readable, header, limits.maxPixels),
    },
    outputs: results,
  };
}

async function namingOutput<T>(index: number, operation: () => Promise<T>): Promise<T> {
  try {
    return await operation();
  } catch (error) {
    if (error instanceof OutputError) error.output = index;
    throw error;
  }
}

function bytesOf(source: CompressOutputsTask['source']): Buffer {
  if (typeof source === 'string') return readFileSync(source);
  return source.length === 1 ? source[0] : Buffer.concat(source);
}

/** Runs synchronous file access. A decoder has no other work, and a thread costs more than a small file. */
function orStorageError<T>(operation: () => T): T {
  try {
    return operation();
  } catch (error) {
    throw storageError(error);
  }
}
