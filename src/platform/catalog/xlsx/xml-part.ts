import { BoundedXmlParser, type XmlFaults, type XmlHandlers } from '../xml/bounded-parser.js';
import type { XlsxPackage } from './xlsx-package.js';

export const XLSX_FAULTS: XmlFaults = {
  invalid: 'xlsx_damaged',
  doctype: 'xlsx_damaged',
  tooLong: 'xlsx_too_large',
};

/** Parses a part as a whole. Does nothing if there is no such part. */
export async function parsePart(
  parts: XlsxPackage,
  path: string,
  handlers: Partial<XmlHandlers>,
): Promise<void> {
  if (!parts.has(path)) return;
  const parser = new BoundedXmlParser(
    { open() {}, close() {}, text() {}, ...handlers },
    XLSX_FAULTS,
  );
  for await (const text of parts.text(path)) parser.write(text);
  parser.end();
}
