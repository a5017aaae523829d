import { type IsoBox, readBoxes } from './iso-boxes.js';

/** A bit field of a `mini` box. */
interface Field {
  name: string;
  bits: number;
  value: number;
}

/** The compact layout of an AVIF: one `mini` box (ISO/IEC 23008-12, MinimizedImageBox) instead of `meta`. */
export interface MiniImage {
  box: IsoBox;
  fields: Field[];
  /** Value of a field; 0 if the box has no such field. */
  valueOf: (name: string) => number;
  /** The payloads after the fields, in their order. */
  parts: Record<MiniPart, Buffer>;
}

const PARTS = ['coding', 'alphaCoding', 'icc', 'alpha', 'main', 'exif', 'xmp'] as const;
export type MiniPart = (typeof PARTS)[number];

/** Brand of the layout. The minor version then names the codec. */
export const MINI_BRAND = 'mif3';
const AV1_CONFIGURATION_BYTES = 4;

/**
 * Reads the compact layout of an AVIF.
 *
 * @returns undefined for another file, a damaged one, and one with the properties of a high dynamic range
 */
export function readMiniImage(bytes: Buffer): MiniImage | undefined {
  if (bytes.toString('latin1', 4, 12) !== `ftyp${MINI_BRAND}`) return undefined;
  const box = readBoxes(bytes, 0, bytes.length)?.find(({ type }) => type === 'mini');
  if (!box) return undefined;
  const reader = new FieldReader(bytes.subarray(box.content, box.end));
  if (!readFields(reader)) return undefined;
  const sizes = readPartSizes(reader.valueOf);
  const parts = {} as Record<MiniPart, Buffer>;
  let at = box.content + reader.bytes;
  for (const part of PARTS) {
    parts[part] = bytes.subarray(at, at + sizes[part]);
    at += sizes[part];
  }
  if (at !== box.end || sizes.coding !== AV1_CONFIGURATION_BYTES) return undefined;
  return { box, fields: reader.fields, valueOf: reader.valueOf, parts };
}

/** @returns false for a box that is not supported */
function readFields(box: FieldReader): boolean {
  const isSet = (name: string) => box.read(name, 1) === 1;
  if (box.read('version', 2) !== 0) return false;
  const [hasCodecTypes, isFloat] = [isSet('explicit_codec_types'), isSet('float')];
  isSet('full_range');
  const [hasAlpha, hasPoints, isHdr] = [isSet('alpha'), isSet('explicit_cicp'), isSet('hdr')];
  const [hasProfile, hasExif, hasXmp] = [isSet('icc'), isSet('exif'), isSet('xmp')];
  if (hasCodecTypes || isFloat || isHdr) return false;
  const chroma = box.read('chroma_subsampling', 2);
  box.read('orientation', 3);
  const sizeBits = isSet('large_dimensions') ? 15 : 7;
  box.read('width', sizeBits);
  box.read('height', sizeBits);
  if (chroma === 1 || chroma === 2) isSet('chroma_is_horizontally_centered');
  if (chroma === 1) isSet('chroma_is_vertically_centered');
  if (isSet('high_bit_depth')) box.read('bit_depth', 3);
  if (hasAlpha) isSet('alpha_is_premultiplied');
  if (hasPoints) {
    box.read('primaries', 8);
    box.read('transfer', 8);
    if (chroma !== 0) box.read('matrix', 8);
  }
  const metadataBits = (hasProfile || hasExif || hasXmp) && isSet('large_metadata') ? 20 : 10;
  const codingBits = isSet('large_codec_config') ? 12 : 3;
  const dataBits = isSet('large_item_data') ? 28 : 15;
  if (hasProfile) box.read('icc_size', metadataBits);
  box.read('coding_size', codingBits);
  box.read('main_size', dataBits);
  if (hasAlpha && box.read('alpha_size', dataBits) > 0) box.read('alpha_coding_size', codingBits);
  if ((hasExif || hasXmp) && isSet('is_compressed')) return false;
  if (hasExif) box.read('exif_size', metadataBits);
  if (hasXmp) box.read('xmp_size', metadataBits);
  return true;
}

/** Most sizes are stored less 1. */
function readPartSizes(valueOf: (name: string) => number): Record<MiniPart, number> {
  const sizeIf = (flag: string, size: string) => (valueOf(flag) === 1 ? valueOf(size) + 1 : 0);
  return {
    coding: valueOf('coding_size'),
    alphaCoding: valueOf('alpha_coding_size'),
    icc: sizeIf('icc', 'icc_size'),
    alpha: valueOf('alpha_size'),
    main: valueOf('main_size') + 1,
    exif: sizeIf('exif', 'exif_size'),
    xmp: sizeIf('xmp', 'xmp_size'),
  };
}

/** Reads bit fields, most significant bit first. Bits after the end are 0. */
class FieldReader {
  readonly fields: Field[] = [];
  private position = 0;

  constructor(private readonly data: Buffer) {}

  /** Number of bytes of the fields, with the bits that fill the last one. */
  get bytes(): number {
    return Math.ceil(this.position / 8);
  }

  read(name: string, bits: number): number {
    let value = 0;
    for (let i = 0; i < bits; i++, this.position++) {
      value = value * 2 + (((this.data[this.position >> 3] ?? 0) >> (7 - (this.position & 7))) & 1);
    }
    this.fields.push({ name, bits, value });
    return value;
  }

  readonly valueOf = (name: string): number =>
    this.fields.find((field) => field.name === name)?.value ?? 0;
}
