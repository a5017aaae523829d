import { type MiniImage, readMiniImage } from './avif-mini.js';
import { isoBox } from './iso-boxes.js';

/** sRGB, BT.601 matrix: default colors of a file. */
const DEFAULT_POINTS = [1, 13, 6];
const UNSPECIFIED = 2;
const ALPHA_TYPE = 'urn:mpeg:mpegB:cicp:systems:auxiliary:alpha\0';
const [MAIN_ID, ALPHA_ID, XMP_ID] = [1, 2, 3];

interface Item {
  id: number;
  type: string;
  /** Follows the type. */
  description: string;
  data: Buffer;
  properties: Buffer[];
}

/**
 * Converts an AVIF of the compact layout to the usual one, which the library reads. EXIF is left out: AVIF
 * ignores its orientation.
 *
 * @returns the original bytes for all other files
 */
export function toFullAvif(bytes: Buffer): Buffer {
  const mini = readMiniImage(bytes);
  if (!mini) return bytes;
  const { valueOf, parts } = mini;
  const items: Item[] = [
    {
      id: MAIN_ID,
      type: 'av01',
      description: '\0',
      data: parts.main,
      properties: mainProperties(mini),
    },
  ];
  if (parts.alpha.length > 0) {
    const properties = alphaProperties(mini);
    items.push({ id: ALPHA_ID, type: 'av01', description: '\0', data: parts.alpha, properties });
  }
  if (parts.xmp.length > 0) {
    const description = '\0application/rdf+xml\0';
    items.push({ id: XMP_ID, type: 'mime', description, data: parts.xmp, properties: [] });
  }
  const references = items
    .slice(1)
    .map(({ id }) => itemReference(id === ALPHA_ID ? 'auxl' : 'cdsc', id, MAIN_ID));
  if (valueOf('alpha_is_premultiplied') === 1)
    references.push(itemReference('prem', MAIN_ID, ALPHA_ID));
  return assembleFile(items, references);
}

/** The position of the data depends only on the size of the boxes before it. */
function assembleFile(items: Item[], references: Buffer[]): Buffer {
  const type = isoBox('ftyp', ...['avif', '\0\0\0\0', 'avif', 'mif1', 'miaf'].map(text));
  const meta = (dataAt: number) =>
    isoBox(
      'meta',
      uint(0, 4),
      isoBox('hdlr', uint(0, 8), text('pict'), uint(0, 13)),
      isoBox('pitm', uint(0, 4), uint(MAIN_ID, 2)),
      itemLocations(items, dataAt),
      isoBox('iinf', uint(0, 4), uint(items.length, 2), ...items.map(itemInformation)),
      ...(references.length > 0 ? [isoBox('iref', uint(0, 4), ...references)] : []),
      itemProperties(items),
    );
  const dataAt = type.length + meta(0).length + 8;
  return Buffer.concat([type, meta(dataAt), isoBox('mdat', ...items.map(({ data }) => data))]);
}

function mainProperties({ valueOf, parts }: MiniImage): Buffer[] {
  const hasProfile = parts.icc.length > 0;
  const chosen = ['primaries', 'transfer', 'matrix'].map(valueOf);
  const [primaries, transfer, matrix] =
    valueOf('explicit_cicp') === 1
      ? chosen
      : hasProfile
        ? [UNSPECIFIED, UNSPECIFIED, DEFAULT_POINTS[2]]
        : DEFAULT_POINTS;
  const range = valueOf('full_range') << 7;
  const points = [uint(primaries, 2), uint(transfer, 2), uint(matrix, 2), uint(range, 1)];
  return [
    isoBox('av1C', parts.coding),
    imageSize(valueOf),
    ...(hasProfile ? [isoBox('colr', text('prof'), parts.icc)] : []),
    isoBox('colr', text('nclx'), ...points),
    ...orientationProperties(valueOf('orientation') + 1),
  ];
}

const alphaProperties = ({ valueOf, parts }: MiniImage): Buffer[] => [
  isoBox('av1C', parts.alphaCoding.length > 0 ? parts.alphaCoding : parts.coding),
  imageSize(valueOf),
  isoBox('auxC', uint(0, 4), text(ALPHA_TYPE)),
  ...orientationProperties(valueOf('orientation') + 1),
];

const imageSize = (valueOf: MiniImage['valueOf']): Buffer =>
  isoBox('ispe', uint(0, 4), uint(valueOf('width') + 1, 4), uint(valueOf('height') + 1, 4));

/** Rotation counterclockwise in quarter turns, then mirroring, by the orientation of EXIF. */
function orientationProperties(value: number): Buffer[] {
  const turns = [0, 0, 0, 2, 0, 1, 3, 3, 1][value];
  const axis = { 2: 1, 4: 0, 5: 0, 7: 0 }[value];
  return [
    ...(turns > 0 ? [isoBox('irot', uint(turns, 1))] : []),
    ...(axis === undefined ? [] : [isoBox('imir', uint(axis, 1))]),
  ];
}

function itemLocations(items: Item[], dataAt: number): Buffer {
  let at = dataAt;
  const entries = items.map(({ id, data }) => {
    const entry = [uint(id, 2), uint(0, 2), uint(1, 2), uint(at, 4), uint(data.length, 4)];
    at += data.length;
    return Buffer.concat(entry);
  });
  return isoBox('iloc', uint(0, 4), uint(0x4400, 2), uint(items.length, 2), ...entries);
}

const itemInformation = ({ id, type, description }: Item): Buffer =>
  isoBox('infe', uint(0x02000000, 4), uint(id, 2), uint(0, 2), text(type + description));

const itemReference = (type: string, from: number, to: number): Buffer =>
  isoBox(type, uint(from, 2), uint(1, 2), uint(to, 2));

const ESSENTIAL = 0x80;
const ESSENTIAL_TYPES = new Set(['av1C', 'irot', 'imir']);

function itemProperties(items: Item[]): Buffer {
  const all: Buffer[] = [];
  const entries = items.flatMap(({ id, properties: own }) => {
    if (own.length === 0) return [];
    const indexes = own.map((property) => {
      const isEssential = ESSENTIAL_TYPES.has(property.toString('latin1', 4, 8));
      return uint(all.push(property) | (isEssential ? ESSENTIAL : 0), 1);
    });
    return [Buffer.concat([uint(id, 2), uint(own.length, 1), ...indexes])];
  });
  const association = isoBox('ipma', uint(0, 4), uint(entries.length, 4), ...entries);
  return isoBox('iprp', isoBox('ipco', ...all), association);
}

const text = (value: string): Buffer => Buffer.from(value, 'latin1');

function uint(value: number, bytes: number): Buffer {
  const buffer = Buffer.alloc(bytes);
  if (bytes <= 6) buffer.writeUIntBE(value, 0, bytes);
  return buffer;
}
