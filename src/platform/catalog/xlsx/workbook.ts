import { columnKey } from '../columns/normalize-header.js';
import { FileProblem } from '../csv/file-problem.js';
import { readNumberFormats } from './number-formats.js';
import type { NumberFormat } from './number-text.js';
import { relationshipsPath, resolveTarget, type XlsxPackage } from './xlsx-package.js';
import { xlsxDamaged, xlsxTooLarge } from './xlsx-faults.js';
import { parsePart } from './xml-part.js';

/** Maximum number of sheets of a workbook. */
const MAX_SHEETS = 5000;
/** Maximum number of hyperlinks of a sheet (Excel's own limit is 65,530), and of their characters. */
export const MAX_RELATIONSHIPS = 200_000;
const MAX_TARGETS_LENGTH = 32 * 1024 * 1024;
/** Excel allows 31 characters. */
const MAX_SHEET_NAME = 255;

export interface Sheet {
  name: string;
  /** Part with its rows. */
  path: string;
  isHidden: boolean;
}

export interface Workbook {
  sheets: Sheet[];
  sharedStrings: string;
  formats: NumberFormat[];
  /** Dates count from 1904-01-01 (old Macintosh files), not from 1900. */
  isFrom1904: boolean;
}

export interface Relationship {
  type: string;
  target: string;
}

/** Reads the sheets of a workbook and the number formats of its cells. */
export async function readWorkbook(parts: XlsxPackage): Promise<Workbook> {
  const path = await workbookPath(parts);
  const related = await readRelationships(parts, path);
  const sheets: Sheet[] = [];
  let isFrom1904 = false;
  await parsePart(parts, path, {
    open(name, attributes) {
      if (name === 'workbookPr') isFrom1904 = /^(?:1|true)$/i.test(attributes.date1904 ?? '');
      if (name !== 'sheet') return;
      const target = related.get(relationshipId(attributes))?.target;
      // A chart sheet has no rows and has another type.
      if (target === undefined || !parts.has(target)) return;
      if (sheets.length >= MAX_SHEETS) throw xlsxTooLarge(`it has more than ${MAX_SHEETS} sheets`);
      const isHidden = /hidden/i.test(attributes.state ?? '');
      sheets.push({
        name: (attributes.name ?? '').slice(0, MAX_SHEET_NAME),
        path: target,
        isHidden,
      });
    },
  });
  const byType = (type: string) =>
    [...related.values()].find((relation) => relation.type.endsWith(`/${type}`))?.target;
  if (sheets.length === 0) throw xlsxDamaged('it has no sheet');
  return {
    sheets,
    sharedStrings: byType('sharedStrings') ?? resolveTarget(path, 'sharedStrings.xml'),
    formats: await readNumberFormats(parts, byType('styles') ?? resolveTarget(path, 'styles.xml')),
    isFrom1904,
  };
}

/** Returns the sheet that the user named. */
export function sheetNamed(sheets: readonly Sheet[], name: string): Sheet {
  const found =
    sheets.find((sheet) => sheet.name === name) ??
    sheets.find((sheet) => columnKey(sheet.name) === columnKey(name));
  if (found !== undefined) return found;
  const names = sheets
    .slice(0, 50)
    .map((sheet) => `"${sheet.name}"`)
    .join(', ');
  const more = sheets.length > 50 ? ` and ${sheets.length - 50} more` : '';
  const message = `There is no sheet "${name}". The file has ${names}${more}.`;
  throw new FileProblem('sheet_unknown', message, { isAboutFile: true });
}

/** Returns the relationships of a part by their id. Targets inside the package are full paths. */
export async function readRelationships(
  parts: XlsxPackage,
  path: string,
): Promise<Map<string, Relationship>> {
  const relations = new Map<string, Relationship>();
  let length = 0;
  await parsePart(parts, relationshipsPath(path), {
    open(name, { Id: id, Type: type = '', Target: target = '', TargetMode: mode }) {
      if (name !== 'Relationship' || id === undefined) return;
      length += id.length + type.length + target.length;
      if (relations.size >= MAX_RELATIONSHIPS || length > MAX_TARGETS_LENGTH) {
        throw xlsxTooLarge(`it has more than ${MAX_RELATIONSHIPS} links`);
      }
      const isExternal = mode?.toLowerCase() === 'external';
      relations.set(id, { type, target: isExternal ? target : resolveTarget(path, target) });
    },
  });
  return relations;
}

async function workbookPath(parts: XlsxPackage): Promise<string> {
  const root = await readRelationships(parts, '');
  for (const { type, target } of root.values()) {
    if (type.endsWith('/officeDocument') && parts.has(target)) return target;
  }
  return 'xl/workbook.xml';
}

/** `r:id`, with any prefix. */
export const relationshipId = (attributes: Record<string, string>): string =>
  Object.entries(attributes).find(([name]) => name.endsWith(':id'))?.[1] ?? '';
