import type { NumberFormat } from './number-text.js';
import type { XlsxPackage } from './xlsx-package.js';
import { parsePart } from './xml-part.js';

/** Built-in formats of dates and times (ECMA-376 part 1, 18.8.30), East Asian ones included. */
const BUILT_IN_DATES: readonly (readonly [from: number, to: number])[] = [
  [14, 22],
  [27, 36],
  [45, 47],
  [50, 58],
];
/** Excel's limit is about 64,000. */
const MAX_FORMATS = 100_000;
const MAX_CODE_LENGTH = 255;

/** Maps the style of a cell to the display of its number. */
export async function readNumberFormats(parts: XlsxPackage, path: string): Promise<NumberFormat[]> {
  const codes = new Map<number, string>();
  const formats: NumberFormat[] = [];
  let inCells = false;
  await parsePart(parts, path, {
    open(name, attributes) {
      if (name === 'cellXfs') inCells = true;
      if (name === 'numFmt' && codes.size < MAX_FORMATS) {
        codes.set(
          Number(attributes.numFmtId),
          (attributes.formatCode ?? '').slice(0, MAX_CODE_LENGTH),
        );
      }
      if (name === 'xf' && inCells && formats.length < MAX_FORMATS) {
        const id = Number(attributes.numFmtId ?? 0);
        formats.push(parseFormat(id, codes.get(id)));
      }
    },
    close(name) {
      if (name === 'cellXfs') inCells = false;
    },
  });
  return formats;
}

function parseFormat(id: number, code: string | undefined): NumberFormat {
  if (code === undefined) {
    const isDate = BUILT_IN_DATES.some(([from, to]) => id >= from && id <= to);
    return isDate ? { kind: 'date' } : { kind: 'number' };
  }
  // Colors, conditions and languages are in brackets, and so are elapsed times such as [h].
  const bare = code
    .replaceAll(/"[^"]*"|\\.|[_*]./g, '')
    .replaceAll(/\[[^[\]]*\]/g, (part) => (/^\[[hms]+\]$/i.test(part) ? part : ''));
  const [positive] = bare.split(';');
  if (/^0{2,30}$/.test(positive)) return { kind: 'padded', digits: positive.length };
  // Scientific formats have an E; the letters of "General" are none of these.
  return /[ymdhs]/i.test(positive) ? { kind: 'date' } : { kind: 'number' };
}
