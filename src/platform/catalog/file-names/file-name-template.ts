import { toColumnKey } from '../columns/normalize-header.js';
import { findSkuColumn } from '../columns/text-column-names.js';
import { PLACEHOLDERS } from './clean-name.js';
import { type NamePart, RowFileNames } from './row-file-names.js';

export const MAX_TEMPLATE_LENGTH = 200;
const MAX_FIELDS = 8;
/** Maximum size of the text outside of fields, in bytes. */
const MAX_TEXT_BYTES = 80;
const EXTENSION = '.{ext}';

/** Fields that are not columns of the product file. */
export const TEMPLATE_FIELDS = [
  'sku',
  'serial',
  'name',
  'row',
  'position',
  'output',
  'width',
  'height',
  'ext',
] as const;

/** A template that cannot be used. The message names the field and its position. */
export class FileNameTemplateError extends Error {}

type Part = string | { field: string; position: number };

/**
 * A template for file names, such as `{sku}-{position}.{ext}`. A field is one of `TEMPLATE_FIELDS` or a column of
 * the product file, without regard to case.
 */
export class FileNameTemplate {
  private constructor(private readonly parts: readonly Part[]) {}

  /**
   * Parses a template. If it does not end with `.{ext}`, the extension is added.
   * @throws FileNameTemplateError
   */
  static parse(template: string): FileNameTemplate {
    if (template.length > MAX_TEMPLATE_LENGTH) {
      throw new FileNameTemplateError(
        `The template has ${template.length} characters; at most ${MAX_TEMPLATE_LENGTH} are allowed.`,
      );
    }
    const hasExtension = template.toLowerCase().endsWith(EXTENSION);
    const stem = hasExtension ? template.slice(0, -EXTENSION.length) : template;
    const parts = parseParts(stem);
    assertValidFields(parts);
    return new FileNameTemplate(parts);
  }

  /**
   * Finds the column of each field.
   * @param header cells of the header
   * @throws FileNameTemplateError if a field is neither a known field nor a column
   */
  bindColumns(header: readonly string[]): RowFileNames {
    return new RowFileNames(
      this.parts.map((part): NamePart => {
        if (typeof part === 'string') return part;
        return bindField(part.field, header) ?? throwUnknownField(part, header);
      }),
    );
  }
}

function parseParts(stem: string): Part[] {
  const parts: Part[] = [];
  let offset = 0;
  while (offset < stem.length) {
    const openIndex = stem.indexOf('{', offset);
    const text = stem.slice(offset, openIndex < 0 ? undefined : openIndex);
    assertAllowedText(text, offset);
    if (text !== '') parts.push(text);
    if (openIndex < 0) break;
    const closeIndex = stem.indexOf('}', openIndex);
    if (closeIndex < 0) {
      throw new FileNameTemplateError(`The { at position ${openIndex + 1} is not closed. Add a }.`);
    }
    parts.push({ field: stem.slice(openIndex + 1, closeIndex), position: openIndex + 1 });
    offset = closeIndex + 1;
  }
  return parts;
}

/** A character that is allowed outside the fields of a template. */
const TEXT_CHARACTER = /^[\p{L}\p{N}_-]$/u;

function assertAllowedText(text: string, start: number): void {
  let position = start + 1;
  for (const character of text) {
    if (!TEXT_CHARACTER.test(character)) {
      throw new FileNameTemplateError(
        `${describeCharacter(character)} at position ${position} is not allowed. Outside of fields, use only letters, digits, hyphens and underscores. The template may end with ${EXTENSION}.`,
      );
    }
    position += character.length;
  }
}

/** Formats a character for a message. Shows a control character as its code point. */
const describeCharacter = (character: string): string =>
  /^[\p{L}\p{N}\p{P}\p{S}]$/u.test(character)
    ? `"${character}"`
    : `The character U+${character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}`;

function assertValidFields(parts: readonly Part[]): void {
  const fields = parts.filter((part) => typeof part !== 'string');
  if (fields.length === 0) {
    throw new FileNameTemplateError(
      `The template has no field, so all images would have the same name. Add one or more of ${formatFields()}.`,
    );
  }
  if (fields.length > MAX_FIELDS) {
    throw new FileNameTemplateError(
      `The template has ${fields.length} fields; at most ${MAX_FIELDS} are allowed.`,
    );
  }
  const seenKeys = new Set<string>();
  for (const { field, position } of fields) {
    const key = toFieldKey(field);
    if (key === '') {
      throw new FileNameTemplateError(
        `The field at position ${position} has no name. Use ${formatFields()}.`,
      );
    }
    if (key === 'ext') {
      throw new FileNameTemplateError(
        `{ext} at position ${position} is not allowed there. Put it at the end of the template, after a dot: ${EXTENSION}.`,
      );
    }
    if (seenKeys.has(key)) {
      throw new FileNameTemplateError(
        `{${shortenText(field)}} at position ${position} occurs twice. Remove one of the two.`,
      );
    }
    seenKeys.add(key);
  }
  const bytes = Buffer.byteLength(parts.filter((part) => typeof part === 'string').join(''));
  if (bytes > MAX_TEXT_BYTES) {
    throw new FileNameTemplateError(
      `The text outside the fields is ${bytes} bytes long; at most ${MAX_TEXT_BYTES} are allowed.`,
    );
  }
}

function bindField(field: string, header: readonly string[]): NamePart | undefined {
  const key = toFieldKey(field);
  switch (key) {
    case 'serial':
    case 'name':
    case 'row':
    case 'position':
      return { value: key };
    case 'width':
    case 'height':
    case 'output':
      return PLACEHOLDERS[key];
  }
  const exactIndex = header.indexOf(field);
  const column =
    exactIndex >= 0
      ? exactIndex
      : header.findIndex((cell) => toColumnKey(cell) === toColumnKey(field));
  if (toColumnKey(field) !== '' && column >= 0) return { column };
  const skuColumn = key === 'sku' ? findSkuColumn(header) : undefined;
  return skuColumn === undefined ? undefined : { column: skuColumn };
}

/** Maximum number of columns that an error lists. */
const MAX_LISTED_COLUMNS = 60;

function throwUnknownField(
  { field, position }: { field: string; position: number },
  header: readonly string[],
): never {
  const columns = header.filter((cell) => cell.trim() !== '');
  const listedColumns = columns
    .slice(0, MAX_LISTED_COLUMNS)
    .map((cell) => `{${shortenText(cell)}}`);
  const suffix =
    columns.length > listedColumns.length
      ? ` and ${columns.length - listedColumns.length} more`
      : '';
  throw new FileNameTemplateError(
    `There is no field {${shortenText(field)}} (position ${position}). The available fields are ${formatAvailableFields(header)}; the columns of the file are ${listedColumns.join(', ')}${suffix}.`,
  );
}

const toFieldKey = (field: string): string => field.trim().toLowerCase();

const formatFields = (fields: readonly string[] = TEMPLATE_FIELDS): string =>
  fields.map((field) => `{${field}}`).join(', ');

/** Lists the fields, without `{sku}` if the file has no SKU column. */
const formatAvailableFields = (header: readonly string[]): string =>
  formatFields(
    TEMPLATE_FIELDS.filter((field) => field !== 'sku' || findSkuColumn(header) !== undefined),
  );

/** Truncates text and replaces characters that would distort the message. */
const shortenText = (text: string): string =>
  text.slice(0, 60).replace(/[^\p{L}\p{N}\p{M}\p{P}\p{S} ]/gu, '\ufffd');
