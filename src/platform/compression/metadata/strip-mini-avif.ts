import type { MiniImage } from '../avif/avif-mini.js';
import { createIsoBox } from '../avif/iso-boxes.js';

/** Fields that describe EXIF and XMP. Their flags remain but are set to 0. */
const METADATA_FIELDS = new Set(['is_compressed', 'exif_size', 'xmp_size']);

/** Removes EXIF, XMP and all other boxes from an AVIF with the compact layout. */
export function stripMiniAvif(bytes: Buffer, { box, fields, getValue, parts }: MiniImage): Buffer {
  const keptFields = fields
    .filter(({ name }) => !METADATA_FIELDS.has(name))
    .filter(({ name }) => name !== 'large_metadata' || getValue('icc') === 1)
    .map((field) =>
      field.name === 'exif' || field.name === 'xmp' ? { ...field, value: 0 } : field,
    );
  const { coding, alphaCoding, icc, alpha, main } = parts;
  const payload = [writeFields(keptFields), coding, alphaCoding, icc, alpha, main];
  const fileTypeBox = bytes.subarray(0, bytes.readUInt32BE(0));
  const stripped = Buffer.concat([fileTypeBox, createIsoBox('mini', ...payload)]);
  return box.end === bytes.length && stripped.equals(bytes) ? bytes : stripped;
}

function writeFields(fields: MiniImage['fields']): Buffer {
  const bits = fields.map(({ bitCount, value }) => value.toString(2).padStart(bitCount, '0'));
  const bytes = bits.join('').match(/[01]{1,8}/g) ?? [];
  return Buffer.from(bytes.map((byte) => Number.parseInt(byte.padEnd(8, '0'), 2)));
}
