import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { storageError } from '../errors/storage-errors.js';
import type { Compressed, CompressTask, DecodeLimits } from './decoder-pool/decoder-messages.js';
import { encodeImage, isFaithful, planEncoding } from './encode-image.js';
import { identifyImage } from './image-type.js';
import { inspectImage } from './inspect-image.js';
import { checkMemory } from './memory-estimate.js';
import { stripMetadata } from './strip-metadata.js';

/** Runs in a decoder child: identify -> inspect -> check memory -> encode -> keep the smallest that may be kept. */
export async function compressImage(
  { source, target, options }: CompressTask,
  limits: DecodeLimits,
): Promise<Compressed> {
  const original = orStorageError(() => bytesOf(source));
  const format = identifyImage(original);
  const header = await inspectImage(original, format, limits);
  const plan = planEncoding(header, options);
  if (limits.maxMemoryBytes !== undefined) {
    checkMemory(original, header, plan, limits.maxMemoryBytes);
  }
  const encoded = await encodeImage(original, header, plan, limits.maxPixels);

  // Encoded, an animated PNG would stand still.
  const atMost = header.isAnimatedPng ? Infinity : encoded.length;
  const stripped = isFaithful(header, plan) ? stripMetadata(original, header, atMost) : undefined;
  const isStripped = stripped && (header.isAnimatedPng || stripped.length <= encoded.length);
  const best = isStripped ? stripped : encoded;
  const keptOriginal = best.equals(original);
  if (!keptOriginal || typeof source !== 'string') {
    orStorageError(() => writeFileSync(target, best));
  }
  const { width, height } = plan;
  const sha256 = createHash('sha256').update(best).digest('hex');
  return { format: plan.format, width, height, bytes: best.length, keptOriginal, sha256 };
}

function bytesOf(source: CompressTask['source']): Buffer {
  if (typeof source === 'string') return readFileSync(source);
  return source.length === 1 ? source[0] : Buffer.concat(source);
}

/** Without threads: a decoder has nothing else to do, and a thread costs more than a small file. */
function orStorageError<T>(operation: () => T): T {
  try {
    return operation();
  } catch (error) {
    throw storageError(error);
  }
}
