import { BoundedXmlParser, type XmlProblemCodes, type XmlHandlers } from '../xml/bounded-parser.js';
import type { XlsxPackage } from './xlsx-package.js';

export const XLSX_PROBLEM_CODES: XmlProblemCodes = {
  invalid: 'xlsx_damaged',
  doctype: 'xlsx_damaged',
  tooLong: 'xlsx_too_large',
};

/** Parses a whole part. Does nothing if the part does not exist. */
export async function parsePart(
  parts: XlsxPackage,
  path: string,
  handlers: Partial<XmlHandlers>,
): Promise<void> {
  if (!parts.hasPart(path)) return;
  const parser = new BoundedXmlParser(
    { onOpenTag() {}, onCloseTag() {}, onText() {}, ...handlers },
    XLSX_PROBLEM_CODES,
  );
  for await (const text of parts.readPart(path)) parser.write(text);
  parser.end();
}
