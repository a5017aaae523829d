import type { NumberFormat } from './format-number.js';
import type { XlsxPackage } from './xlsx-package.js';
import { parsePart } from './xml-part.js';

/** Ranges of built-in date and time formats (ECMA-376 part 1, 18.8.30), including East Asian ones. */
const BUILT_IN_DATES: readonly (readonly [from: number, to: number])[] = [
  [14, 22],
  [27, 36],
  [45, 47],
  [50, 58],
];
/** Maximum number of formats. Excel's own limit is about 64,000. */
const MAX_FORMATS = 100_000;
const MAX_CODE_LENGTH = 255;

/** Reads the number format of each cell style. */
export async function readNumberFormats(parts: XlsxPackage, path: string): Promise<NumberFormat[]> {
  const formatCodes = new Map<number, string>();
  const formats: NumberFormat[] = [];
  let isInCellFormats = false;
  await parsePart(parts, path, {
    onOpenTag(name, attributes) {
      if (name === 'cellXfs') isInCellFormats = true;
      if (name === 'numFmt' && formatCodes.size < MAX_FORMATS) {
        formatCodes.set(
          Number(attributes.numFmtId),
          (attributes.formatCode ?? '').slice(0, MAX_CODE_LENGTH),
        );
      }
      if (name === 'xf' && isInCellFormats && formats.length < MAX_FORMATS) {
        const id = Number(attributes.numFmtId ?? 0);
        formats.push(parseFormat(id, formatCodes.get(id)));
      }
    },
    onCloseTag(name) {
      if (name === 'cellXfs') isInCellFormats = false;
    },
  });
  return formats;
}

function parseFormat(id: number, code: string | undefined): NumberFormat {
  if (code === undefined) {
    const isDate = BUILT_IN_DATES.some(([from, to]) => id >= from && id <= to);
    return isDate ? { kind: 'date' } : { kind: 'number' };
  }
  // Removes colors, conditions and languages in brackets, but keeps elapsed times such as [h].
  const plainCode = code
    .replaceAll(/"[^"]*"|\\.|[_*]./g, '')
    .replaceAll(/\[[^[\]]*\]/g, (part) => (/^\[[hms]+\]$/i.test(part) ? part : ''));
  const [positiveFormat] = plainCode.split(';');
  if (/^0{2,30}$/.test(positiveFormat)) return { kind: 'padded', digits: positiveFormat.length };
  // Scientific formats contain an E, and "General" contains none of these letters.
  return /[ymdhs]/i.test(positiveFormat) ? { kind: 'date' } : { kind: 'number' };
}
