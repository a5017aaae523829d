import type { MiniImage } from '../avif/avif-mini.js';
import { isoBox } from '../avif/iso-boxes.js';

/** Fields of EXIF and XMP. The flags remain, as 0. */
const METADATA_FIELDS = new Set(['is_compressed', 'exif_size', 'xmp_size']);

/** Removes EXIF, XMP and all other boxes from an AVIF of the compact layout. */
export function stripMiniAvif(bytes: Buffer, { box, fields, valueOf, parts }: MiniImage): Buffer {
  const kept = fields
    .filter(({ name }) => !METADATA_FIELDS.has(name))
    .filter(({ name }) => name !== 'large_metadata' || valueOf('icc') === 1)
    .map((field) =>
      field.name === 'exif' || field.name === 'xmp' ? { ...field, value: 0 } : field,
    );
  const { coding, alphaCoding, icc, alpha, main } = parts;
  const payload = [writeFields(kept), coding, alphaCoding, icc, alpha, main];
  const type = bytes.subarray(0, bytes.readUInt32BE(0));
  const stripped = Buffer.concat([type, isoBox('mini', ...payload)]);
  return box.end === bytes.length && stripped.equals(bytes) ? bytes : stripped;
}

function writeFields(fields: MiniImage['fields']): Buffer {
  const bits = fields.map(({ bits: count, value }) => value.toString(2).padStart(count, '0'));
  const bytes = bits.join('').match(/[01]{1,8}/g) ?? [];
  return Buffer.from(bytes.map((byte) => Number.parseInt(byte.padEnd(8, '0'), 2)));
}
