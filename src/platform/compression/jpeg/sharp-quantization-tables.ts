import { createRequantizedJpegSettings } from '../encode/encoder-settings.js';
import { sharp } from '../decode/image-library.js';
import { readJpeg } from './read-jpeg.js';
import type { QuantizationTables } from './requantize-jpeg.js';

const cache = new Map<number, Promise<QuantizationTables>>();

/**
 * Returns the quantization tables that sharp uses at this quality. Reads them from a sample that
 * sharp encodes.
 */
export function getSharpQuantizationTables(quality: number): Promise<QuantizationTables> {
  let tables = cache.get(quality);
  if (tables === undefined) cache.set(quality, (tables = readSampleTables(quality)));
  return tables;
}

async function readSampleTables(quality: number): Promise<QuantizationTables> {
  const create = { width: 16, height: 16, channels: 3, background: '#fff' } as const;
  const sample = await sharp({ create }).jpeg(createRequantizedJpegSettings(quality)).toBuffer();
  const [luma, chroma] = readJpeg(sample)!.components;
  return { luma: luma.quantizationTable, chroma: chroma.quantizationTable };
}
