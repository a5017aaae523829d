import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { toStorageError } from '../errors/storage-errors.js';
import { compressImage } from './compress-image.js';
import type {
  Compressed,
  CompressedOutputs,
  CompressOutputsTask,
  DecodeLimits,
} from './decoder-pool/decoder-messages.js';
import { computeDifferenceHash } from './difference-hash.js';
import { FORMATS } from './formats/index.js';
import { CorruptImageError, TruncatedImageError } from './image-errors.js';
import type { ImageFormat } from './inspect/image-format.js';
import { identifyImage } from './inspect/image-type.js';
import { attachOutputIndex } from './attach-output-index.js';
import { prepareOutputs } from './prepare-outputs.js';
import { toReadableSource } from './decode/readable-source.js';
import { inspectImage } from './inspect/inspect-image.js';

/**
 * Identifies and inspects the source, plans the outputs, then compresses each output and writes its file.
 * Repairs a damaged source if possible, and retries once. Runs in a decoder process.
 */
export async function compressOutputs(
  task: CompressOutputsTask,
  limits: DecodeLimits,
): Promise<CompressedOutputs> {
  const original = convertStorageErrors(() => readBytes(task.source));
  const format = identifyImage(original);
  const bytes = toReadableSource(original, format);
  try {
    return await compressReadableFile({ original, format, bytes }, task, limits);
  } catch (error) {
    const repaired = isDamageError(error) ? await FORMATS[format].repairImage?.(bytes) : undefined;
    if (!repaired) throw error;
    return compressReadableFile({ original, format, bytes: repaired }, task, limits);
  }
}

const isDamageError = (error: unknown): boolean =>
  error instanceof CorruptImageError || error instanceof TruncatedImageError;

interface ReadableFile {
  /** The file as downloaded. */
  original: Buffer;
  format: ImageFormat;
  /** The file in a form that sharp can read. */
  bytes: Buffer;
}

async function compressReadableFile(
  { original, format, bytes }: ReadableFile,
  { source, outputs, withHash = false }: CompressOutputsTask,
  limits: DecodeLimits,
): Promise<CompressedOutputs> {
  const { maxPixels } = limits;
  const keepsCopyright = outputs.some(({ options }) => options.metadata === 'copyright');
  const metadata = keepsCopyright ? 'copyright' : 'strip';
  const header = await inspectImage(bytes, format, limits, { original, metadata });
  const file = { bytes, header, maxPixels };
  const { plans, pixels } = await prepareOutputs(
    file,
    outputs.map(({ options }) => options),
    limits,
  );
  const results: Compressed[] = [];
  for (const [index, { target, options }] of outputs.entries()) {
    const keptXmp = options.metadata === 'copyright' ? header.keptXmp : header.sourceTypeXmp;
    const outputSource = { ...file, pixels, header: { ...header, keptXmp } };
    const { bytes: content, ...result } = await attachOutputIndex(index, () =>
      compressImage(original, outputSource, plans[index], limits),
    );
    const keptOriginal = content.equals(original);
    if (!keptOriginal || typeof source !== 'string') {
      convertStorageErrors(() => writeFileSync(target, content));
    }
    const sha256 = createHash('sha256').update(content).digest('hex');
    results.push({ ...result, bytes: content.length, keptOriginal, sha256 });
  }
  const { width, height, frames, hasUnreadFrames } = header;
  const animated = hasUnreadFrames || (frames > 1 && FORMATS[format].frames === 'animation');
  const hash = withHash ? await computeDifferenceHash({ ...file, pixels }) : null;
  return {
    source: { format, width, height, animated, bytes: original.length, hash },
    outputs: results,
  };
}

function readBytes(source: CompressOutputsTask['source']): Buffer {
  if (typeof source === 'string') return readFileSync(source);
  return source.length === 1 ? source[0] : Buffer.concat(source);
}

/**
 * Runs a synchronous file operation and converts its errors. A decoder has no other work, and using a thread
 * takes longer than accessing a small file.
 */
function convertStorageErrors<T>(operation: () => T): T {
  try {
    return operation();
  } catch (error) {
    throw toStorageError(error);
  }
}
