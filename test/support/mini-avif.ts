import { readAvifMeta } from '../../src/platform/compression/avif/avif-items.js';
import { createIsoBox } from '../../src/platform/compression/avif/iso-boxes.js';

export interface MiniAvifOptions {
  width: number;
  height: number;
  /** EXIF orientation, 1 to 8. */
  orientation?: number;
  icc?: Buffer;
  exif?: Buffer;
  xmp?: Buffer;
}

/** Converts an AVIF file from sharp (4:4:4, 8 bits) to the compact layout with a single `mini` box. */
export function toMiniAvif(avif: Buffer, options: MiniAvifOptions): Buffer {
  const { width, height, orientation = 1, icc, exif, xmp } = options;
  const { items, properties } = readAvifMeta(avif)!;
  const [main, alpha] = items.map(({ extents }) =>
    Buffer.concat(extents.map(({ start, length }) => avif.subarray(start, start + length))),
  );
  const [coding, alphaCoding] = properties
    .filter(({ type }) => type === 'av1C')
    .map(({ payload }) => Buffer.from(payload));
  // The chroma position does not apply to 4:4:4.
  coding[3] = 0;
  const bits: [number, number][] = [
    [0, 4],
    [1, 1],
    [alpha ? 1 : 0, 1],
    [0, 2],
    [icc ? 1 : 0, 1],
    [exif ? 1 : 0, 1],
    [xmp ? 1 : 0, 1],
    [3, 2],
    [orientation - 1, 3],
    [1, 1],
    [width - 1, 15],
    [height - 1, 15],
    [0, 1],
    ...(alpha ? ([[0, 1]] as [number, number][]) : []),
    ...(icc || exif || xmp ? ([[1, 1]] as [number, number][]) : []),
    [0, 1],
    [1, 1],
    ...(icc ? ([[icc.length - 1, 20]] as [number, number][]) : []),
    [coding.length, 3],
    [main.length - 1, 28],
    ...(alpha
      ? ([
          [alpha.length, 28],
          [alphaCoding.length, 3],
        ] as [number, number][])
      : []),
    ...(exif || xmp ? ([[0, 1]] as [number, number][]) : []),
    ...(exif ? ([[exif.length - 1, 20]] as [number, number][]) : []),
    ...(xmp ? ([[xmp.length - 1, 20]] as [number, number][]) : []),
  ];
  const text = bits.map(([value, count]) => value.toString(2).padStart(count, '0')).join('');
  const header = Buffer.from(
    (text.match(/.{1,8}/g) ?? []).map((byte) => parseInt(byte.padEnd(8, '0'), 2)),
  );
  const parts = [coding, alpha && alphaCoding, icc, alpha, main, exif, xmp];
  return Buffer.concat([
    createIsoBox('ftyp', Buffer.from('mif3avif', 'latin1')),
    createIsoBox('mini', header, ...parts.flatMap((part) => part ?? [])),
  ]);
}
