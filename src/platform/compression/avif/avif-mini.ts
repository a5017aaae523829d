import { type IsoBox, readBoxes } from './iso-boxes.js';

/** A bit field of a `mini` box. */
interface Field {
  name: string;
  bitCount: number;
  value: number;
}

/** The compact layout of an AVIF: one `mini` box (ISO/IEC 23008-12, MinimizedImageBox) instead of `meta`. */
export interface MiniImage {
  box: IsoBox;
  fields: Field[];
  /** Returns the value of a field; 0 if the box has no such field. */
  getValue: (name: string) => number;
  /** The payloads after the fields. */
  parts: Record<MiniPart, Buffer>;
}

const PARTS = ['coding', 'alphaCoding', 'icc', 'alpha', 'main', 'exif', 'xmp'] as const;
export type MiniPart = (typeof PARTS)[number];

/** Brand of the compact layout, in which the minor version names the codec. */
export const MINI_BRAND = 'mif3';
const AV1_CONFIGURATION_BYTES = 4;

/**
 * Reads the compact layout of an AVIF.
 *
 * @returns undefined for any other file, a damaged file, and a file with high-dynamic-range properties
 */
export function readMiniImage(bytes: Buffer): MiniImage | undefined {
  if (bytes.toString('latin1', 4, 12) !== `ftyp${MINI_BRAND}`) return undefined;
  const box = readBoxes(bytes, 0, bytes.length)?.find(({ type }) => type === 'mini');
  if (!box) return undefined;
  const reader = new FieldReader(bytes.subarray(box.contentStart, box.end));
  if (!readFields(reader)) return undefined;
  const sizes = readPartSizes(reader.getValue);
  const parts = {} as Record<MiniPart, Buffer>;
  let offset = box.contentStart + reader.byteLength;
  for (const part of PARTS) {
    parts[part] = bytes.subarray(offset, offset + sizes[part]);
    offset += sizes[part];
  }
  if (offset !== box.end || sizes.coding !== AV1_CONFIGURATION_BYTES) return undefined;
  return { box, fields: reader.fields, getValue: reader.getValue, parts };
}

/** Reads all fields of a box. @returns false for an unsupported box */
function readFields(box: FieldReader): boolean {
  const readFlag = (name: string) => box.readField(name, 1) === 1;
  if (box.readField('version', 2) !== 0) return false;
  const [hasCodecTypes, isFloat] = [readFlag('explicit_codec_types'), readFlag('float')];
  readFlag('full_range');
  const [hasAlpha, hasCodePoints, isHdr] = [
    readFlag('alpha'),
    readFlag('explicit_cicp'),
    readFlag('hdr'),
  ];
  const [hasProfile, hasExif, hasXmp] = [readFlag('icc'), readFlag('exif'), readFlag('xmp')];
  if (hasCodecTypes || isFloat || isHdr) return false;
  const chroma = box.readField('chroma_subsampling', 2);
  box.readField('orientation', 3);
  const sizeBits = readFlag('large_dimensions') ? 15 : 7;
  box.readField('width', sizeBits);
  box.readField('height', sizeBits);
  if (chroma === 1 || chroma === 2) readFlag('chroma_is_horizontally_centered');
  if (chroma === 1) readFlag('chroma_is_vertically_centered');
  if (readFlag('high_bit_depth')) box.readField('bit_depth', 3);
  if (hasAlpha) readFlag('alpha_is_premultiplied');
  if (hasCodePoints) {
    box.readField('primaries', 8);
    box.readField('transfer', 8);
    if (chroma !== 0) box.readField('matrix', 8);
  }
  const metadataBits = (hasProfile || hasExif || hasXmp) && readFlag('large_metadata') ? 20 : 10;
  const codingBits = readFlag('large_codec_config') ? 12 : 3;
  const dataBits = readFlag('large_item_data') ? 28 : 15;
  if (hasProfile) box.readField('icc_size', metadataBits);
  box.readField('coding_size', codingBits);
  box.readField('main_size', dataBits);
  if (hasAlpha && box.readField('alpha_size', dataBits) > 0)
    box.readField('alpha_coding_size', codingBits);
  if ((hasExif || hasXmp) && readFlag('is_compressed')) return false;
  if (hasExif) box.readField('exif_size', metadataBits);
  if (hasXmp) box.readField('xmp_size', metadataBits);
  return true;
}

/** Reads the sizes of all parts. Most sizes are stored minus 1. */
function readPartSizes(getValue: (name: string) => number): Record<MiniPart, number> {
  const readOptionalSize = (flag: string, size: string) =>
    getValue(flag) === 1 ? getValue(size) + 1 : 0;
  return {
    coding: getValue('coding_size'),
    alphaCoding: getValue('alpha_coding_size'),
    icc: readOptionalSize('icc', 'icc_size'),
    alpha: getValue('alpha_size'),
    main: getValue('main_size') + 1,
    exif: readOptionalSize('exif', 'exif_size'),
    xmp: readOptionalSize('xmp', 'xmp_size'),
  };
}

/** Reads bit fields, most significant bit first. Bits after the end are 0. */
class FieldReader {
  readonly fields: Field[] = [];
  private position = 0;

  constructor(private readonly data: Buffer) {}

  /** Size of the fields in bytes, including padding bits. */
  get byteLength(): number {
    return Math.ceil(this.position / 8);
  }

  readField(name: string, bitCount: number): number {
    let value = 0;
    for (let i = 0; i < bitCount; i++, this.position++) {
      value = value * 2 + (((this.data[this.position >> 3] ?? 0) >> (7 - (this.position & 7))) & 1);
    }
    this.fields.push({ name, bitCount, value });
    return value;
  }

  readonly getValue = (name: string): number =>
    this.fields.find((field) => field.name === name)?.value ?? 0;
}
