import { BoundedXmlParser } from '../xml/bounded-parser.js';
import { decodeEscapes } from './cell-escapes.js';
import { createStringTooLongError, STRING_BLOCK_BYTES, type StringTable } from './string-table.js';
import type { XlsxPackage } from './xlsx-package.js';
import { XLSX_PROBLEM_CODES } from './xml-part.js';

/** Reads the shared strings of a workbook into a table, without phonetic readings. */
export async function readSharedStrings(
  parts: XlsxPackage,
  path: string,
  stringTable: StringTable,
): Promise<void> {
  if (!parts.hasPart(path)) return;
  let strings: string[] = [];
  let text = '';
  let isInText = false;
  let isInPhonetic = false;
  const parser = new BoundedXmlParser(
    {
      onOpenTag(name) {
        if (name === 'si') text = '';
        else if (name === 't') isInText = !isInPhonetic;
        else if (name === 'rPh') isInPhonetic = true;
      },
      onCloseTag(name) {
        if (name === 't') isInText = false;
        else if (name === 'rPh') isInPhonetic = false;
        else if (name === 'si') strings.push(decodeEscapes(text));
      },
      onText(part) {
        if (!isInText) return;
        text += part;
        if (text.length > STRING_BLOCK_BYTES) throw createStringTooLongError();
      },
    },
    XLSX_PROBLEM_CODES,
  );
  for await (const block of parts.readPart(path)) {
    parser.write(block);
    for (const string of strings) await stringTable.addString(string);
    strings = [];
  }
  parser.end();
  for (const string of strings) await stringTable.addString(string);
}
