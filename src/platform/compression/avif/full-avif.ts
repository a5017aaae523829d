import { type MiniImage, readMiniImage } from './avif-mini.js';
import { createIsoBox } from './iso-boxes.js';

/** Default code points of a file: sRGB with the BT.601 matrix. */
const DEFAULT_CODE_POINTS = [1, 13, 6];
const UNSPECIFIED = 2;
const ALPHA_TYPE = 'urn:mpeg:mpegB:cicp:systems:auxiliary:alpha\0';
const [MAIN_ID, ALPHA_ID, XMP_ID] = [1, 2, 3];

interface Item {
  id: number;
  type: string;
  /** Text that follows the type. */
  description: string;
  data: Buffer;
  properties: Buffer[];
}

/**
 * Converts an AVIF with the compact layout to the usual layout, which sharp can read. Omits EXIF, because its
 * orientation does not apply to an AVIF.
 *
 * @returns the original bytes for all other files
 */
export function toFullAvif(bytes: Buffer): Buffer {
  const mini = readMiniImage(bytes);
  if (!mini) return bytes;
  const { getValue, parts } = mini;
  const items: Item[] = [
    {
      id: MAIN_ID,
      type: 'av01',
      description: '\0',
      data: parts.main,
      properties: buildMainProperties(mini),
    },
  ];
  if (parts.alpha.length > 0) {
    const properties = buildAlphaProperties(mini);
    items.push({ id: ALPHA_ID, type: 'av01', description: '\0', data: parts.alpha, properties });
  }
  if (parts.xmp.length > 0) {
    const description = '\0application/rdf+xml\0';
    items.push({ id: XMP_ID, type: 'mime', description, data: parts.xmp, properties: [] });
  }
  const references = items
    .slice(1)
    .map(({ id }) => buildItemReference(id === ALPHA_ID ? 'auxl' : 'cdsc', id, MAIN_ID));
  if (getValue('alpha_is_premultiplied') === 1)
    references.push(buildItemReference('prem', MAIN_ID, ALPHA_ID));
  return assembleFile(items, references);
}

/** Assembles the file. The position of the data depends only on the size of the preceding boxes. */
function assembleFile(items: Item[], references: Buffer[]): Buffer {
  const fileTypeBox = createIsoBox(
    'ftyp',
    ...['avif', '\0\0\0\0', 'avif', 'mif1', 'miaf'].map(toLatin1),
  );
  const buildMeta = (dataOffset: number) =>
    createIsoBox(
      'meta',
      toUInt(0, 4),
      createIsoBox('hdlr', toUInt(0, 8), toLatin1('pict'), toUInt(0, 13)),
      createIsoBox('pitm', toUInt(0, 4), toUInt(MAIN_ID, 2)),
      buildItemLocations(items, dataOffset),
      createIsoBox(
        'iinf',
        toUInt(0, 4),
        toUInt(items.length, 2),
        ...items.map(buildItemInformation),
      ),
      ...(references.length > 0 ? [createIsoBox('iref', toUInt(0, 4), ...references)] : []),
      buildItemProperties(items),
    );
  const dataOffset = fileTypeBox.length + buildMeta(0).length + 8;
  return Buffer.concat([
    fileTypeBox,
    buildMeta(dataOffset),
    createIsoBox('mdat', ...items.map(({ data }) => data)),
  ]);
}

function buildMainProperties({ getValue, parts }: MiniImage): Buffer[] {
  const hasProfile = parts.icc.length > 0;
  const explicitPoints = ['primaries', 'transfer', 'matrix'].map(getValue);
  const [primaries, transfer, matrix] =
    getValue('explicit_cicp') === 1
      ? explicitPoints
      : hasProfile
        ? [UNSPECIFIED, UNSPECIFIED, DEFAULT_CODE_POINTS[2]]
        : DEFAULT_CODE_POINTS;
  const range = getValue('full_range') << 7;
  const points = [toUInt(primaries, 2), toUInt(transfer, 2), toUInt(matrix, 2), toUInt(range, 1)];
  return [
    createIsoBox('av1C', parts.coding),
    buildImageSize(getValue),
    ...(hasProfile ? [createIsoBox('colr', toLatin1('prof'), parts.icc)] : []),
    createIsoBox('colr', toLatin1('nclx'), ...points),
    ...buildOrientationProperties(getValue('orientation') + 1),
  ];
}

const buildAlphaProperties = ({ getValue, parts }: MiniImage): Buffer[] => [
  createIsoBox('av1C', parts.alphaCoding.length > 0 ? parts.alphaCoding : parts.coding),
  buildImageSize(getValue),
  createIsoBox('auxC', toUInt(0, 4), toLatin1(ALPHA_TYPE)),
  ...buildOrientationProperties(getValue('orientation') + 1),
];

const buildImageSize = (getValue: MiniImage['getValue']): Buffer =>
  createIsoBox(
    'ispe',
    toUInt(0, 4),
    toUInt(getValue('width') + 1, 4),
    toUInt(getValue('height') + 1, 4),
  );

/** Converts an EXIF orientation to a counterclockwise rotation in quarter turns, then mirroring. */
function buildOrientationProperties(value: number): Buffer[] {
  const turns = [0, 0, 0, 2, 0, 1, 3, 3, 1][value];
  const axis = { 2: 1, 4: 0, 5: 0, 7: 0 }[value];
  return [
    ...(turns > 0 ? [createIsoBox('irot', toUInt(turns, 1))] : []),
    ...(axis === undefined ? [] : [createIsoBox('imir', toUInt(axis, 1))]),
  ];
}

function buildItemLocations(items: Item[], dataOffset: number): Buffer {
  let offset = dataOffset;
  const entries = items.map(({ id, data }) => {
    const entry = [
      toUInt(id, 2),
      toUInt(0, 2),
      toUInt(1, 2),
      toUInt(offset, 4),
      toUInt(data.length, 4),
    ];
    offset += data.length;
    return Buffer.concat(entry);
  });
  return createIsoBox('iloc', toUInt(0, 4), toUInt(0x4400, 2), toUInt(items.length, 2), ...entries);
}

const buildItemInformation = ({ id, type, description }: Item): Buffer =>
  createIsoBox(
    'infe',
    toUInt(0x02000000, 4),
    toUInt(id, 2),
    toUInt(0, 2),
    toLatin1(type + description),
  );

const buildItemReference = (type: string, fromId: number, toId: number): Buffer =>
  createIsoBox(type, toUInt(fromId, 2), toUInt(1, 2), toUInt(toId, 2));

const ESSENTIAL = 0x80;
const ESSENTIAL_TYPES = new Set(['av1C', 'irot', 'imir']);

function buildItemProperties(items: Item[]): Buffer {
  const allProperties: Buffer[] = [];
  const entries = items.flatMap(({ id, properties: ownProperties }) => {
    if (ownProperties.length === 0) return [];
    const indexes = ownProperties.map((property) => {
      const isEssential = ESSENTIAL_TYPES.has(property.toString('latin1', 4, 8));
      return toUInt(allProperties.push(property) | (isEssential ? ESSENTIAL : 0), 1);
    });
    return [Buffer.concat([toUInt(id, 2), toUInt(ownProperties.length, 1), ...indexes])];
  });
  const association = createIsoBox('ipma', toUInt(0, 4), toUInt(entries.length, 4), ...entries);
  return createIsoBox('iprp', createIsoBox('ipco', ...allProperties), association);
}

const toLatin1 = (value: string): Buffer => Buffer.from(value, 'latin1');

function toUInt(value: number, bytes: number): Buffer {
  const buffer = Buffer.alloc(bytes);
  if (bytes <= 6) buffer.writeUIntBE(value, 0, bytes);
  return buffer;
}
