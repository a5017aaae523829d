import { BoundedXmlParser } from '../xml/bounded-parser.js';
import { decodeEscapes } from './cell-escapes.js';
import { longString, STRING_BLOCK_BYTES, type StringTable } from './string-table.js';
import type { XlsxPackage } from './xlsx-package.js';
import { XLSX_FAULTS } from './xml-part.js';

/** Reads the shared strings of a workbook into a table, without phonetic readings. */
export async function readSharedStrings(
  parts: XlsxPackage,
  path: string,
  table: StringTable,
): Promise<void> {
  if (!parts.has(path)) return;
  let strings: string[] = [];
  let text = '';
  let inText = false;
  let inPhonetic = false;
  const parser = new BoundedXmlParser(
    {
      open(name) {
        if (name === 'si') text = '';
        else if (name === 't') inText = !inPhonetic;
        else if (name === 'rPh') inPhonetic = true;
      },
      close(name) {
        if (name === 't') inText = false;
        else if (name === 'rPh') inPhonetic = false;
        else if (name === 'si') strings.push(decodeEscapes(text));
      },
      text(part) {
        if (!inText) return;
        text += part;
        if (text.length > STRING_BLOCK_BYTES) throw longString();
      },
    },
    XLSX_FAULTS,
  );
  for await (const block of parts.text(path)) {
    parser.write(block);
    for (const string of strings) await table.add(string);
    strings = [];
  }
  parser.end();
  for (const string of strings) await table.add(string);
}
