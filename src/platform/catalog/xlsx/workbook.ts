import { toColumnKey } from '../columns/normalize-header.js';
import { FileProblem } from '../csv/file-problem.js';
import { readNumberFormats } from './number-formats.js';
import type { NumberFormat } from './format-number.js';
import { getRelationshipsPath, resolveTarget, type XlsxPackage } from './xlsx-package.js';
import { createXlsxDamagedError, createXlsxTooLargeError } from './xlsx-errors.js';
import { parsePart } from './xml-part.js';

/** Maximum number of sheets in a workbook. */
const MAX_SHEETS = 5000;
/** Maximum number of hyperlinks in a sheet (Excel's own limit is 65,530). */
export const MAX_RELATIONSHIPS = 200_000;
/** Maximum total length of the relationships of a part, in characters. */
const MAX_TARGETS_LENGTH = 32 * 1024 * 1024;
/** Maximum length of a sheet name, in characters. Excel itself allows 31. */
const MAX_SHEET_NAME_LENGTH = 255;

export interface Sheet {
  name: string;
  /** Path of the part that contains the rows. */
  path: string;
  isHidden: boolean;
}

export interface Workbook {
  sheets: Sheet[];
  /** Path of the part that contains the shared strings. */
  sharedStringsPath: string;
  numberFormats: NumberFormat[];
  /** True if dates are counted from 1904-01-01 (old Macintosh files), not from 1900. */
  uses1904Dates: boolean;
}

export interface Relationship {
  type: string;
  target: string;
}

/** Reads the sheets of a workbook and the number formats of its cells. */
export async function readWorkbook(parts: XlsxPackage): Promise<Workbook> {
  const path = await findWorkbookPath(parts);
  const relationships = await readRelationships(parts, path);
  const sheets: Sheet[] = [];
  let uses1904Dates = false;
  await parsePart(parts, path, {
    onOpenTag(name, attributes) {
      if (name === 'workbookPr') uses1904Dates = /^(?:1|true)$/i.test(attributes.date1904 ?? '');
      if (name !== 'sheet') return;
      const target = relationships.get(getRelationshipId(attributes))?.target;
      // A chart sheet has no rows and a different relationship type.
      if (target === undefined || !parts.hasPart(target)) return;
      if (sheets.length >= MAX_SHEETS)
        throw createXlsxTooLargeError(`it has more than ${MAX_SHEETS} sheets`);
      const isHidden = /hidden/i.test(attributes.state ?? '');
      sheets.push({
        name: (attributes.name ?? '').slice(0, MAX_SHEET_NAME_LENGTH),
        path: target,
        isHidden,
      });
    },
  });
  const findTarget = (type: string) =>
    [...relationships.values()].find((relationship) => relationship.type.endsWith(`/${type}`))
      ?.target;
  if (sheets.length === 0) throw createXlsxDamagedError('it contains no sheet');
  return {
    sheets,
    sharedStringsPath: findTarget('sharedStrings') ?? resolveTarget(path, 'sharedStrings.xml'),
    numberFormats: await readNumberFormats(
      parts,
      findTarget('styles') ?? resolveTarget(path, 'styles.xml'),
    ),
    uses1904Dates,
  };
}

/** Finds the sheet that the user named. */
export function findSheet(sheets: readonly Sheet[], name: string): Sheet {
  const match =
    sheets.find((sheet) => sheet.name === name) ??
    sheets.find((sheet) => toColumnKey(sheet.name) === toColumnKey(name));
  if (match !== undefined) return match;
  const names = sheets
    .slice(0, 50)
    .map((sheet) => `"${sheet.name}"`)
    .join(', ');
  const suffix = sheets.length > 50 ? ` and ${sheets.length - 50} more` : '';
  const message = `There is no sheet "${name}". The file has these sheets: ${names}${suffix}.`;
  throw new FileProblem('sheet_unknown', message, { affectsWholeFile: true });
}

/** Returns the relationships of a part by ID. Targets inside the package are full paths. */
export async function readRelationships(
  parts: XlsxPackage,
  path: string,
): Promise<Map<string, Relationship>> {
  const relationships = new Map<string, Relationship>();
  let length = 0;
  await parsePart(parts, getRelationshipsPath(path), {
    onOpenTag(name, { Id: id, Type: type = '', Target: target = '', TargetMode: mode }) {
      if (name !== 'Relationship' || id === undefined) return;
      length += id.length + type.length + target.length;
      if (relationships.size >= MAX_RELATIONSHIPS || length > MAX_TARGETS_LENGTH) {
        throw createXlsxTooLargeError(`it has more than ${MAX_RELATIONSHIPS} links`);
      }
      const isExternal = mode?.toLowerCase() === 'external';
      relationships.set(id, { type, target: isExternal ? target : resolveTarget(path, target) });
    },
  });
  return relationships;
}

async function findWorkbookPath(parts: XlsxPackage): Promise<string> {
  const root = await readRelationships(parts, '');
  for (const { type, target } of root.values()) {
    if (type.endsWith('/officeDocument') && parts.hasPart(target)) return target;
  }
  return 'xl/workbook.xml';
}

/** Returns the value of `r:id`, with any prefix. */
export const getRelationshipId = (attributes: Record<string, string>): string =>
  Object.entries(attributes).find(([name]) => name.endsWith(':id'))?.[1] ?? '';
