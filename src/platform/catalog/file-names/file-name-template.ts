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

type Part = string | { field: string; at: number };

/**
 * A template of file names, such as `{sku}-{position}.{ext}`. A field is one of `TEMPLATE_FIELDS` or a column of
 * the product file, without regard to case.
 */
export class FileNameTemplate {
  private constructor(private readonly parts: readonly Part[]) {}

  /**
   * Parses a template. Without `.{ext}` at its end, it is added: a file always has the extension of its format.
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
    assertFields(parts);
    return new FileNameTemplate(parts);
  }

  /**
   * Finds the columns of the fields.
   * @param header cells of the header
   * @throws FileNameTemplateError if a field is neither known nor a column
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
  let at = 0;
  while (at < stem.length) {
    const open = stem.indexOf('{', at);
    const text = stem.slice(at, open < 0 ? undefined : open);
    assertText(text, at);
    if (text !== '') parts.push(text);
    if (open < 0) break;
    const close = stem.indexOf('}', open);
    if (close < 0) {
      throw new FileNameTemplateError(`The { at position ${open + 1} has no } after it.`);
    }
    parts.push({ field: stem.slice(open + 1, close), at: open + 1 });
    at = close + 1;
  }
  return parts;
}

/** Characters that a template may have outside of its fields. */
const TEXT_CHARACTER = /^[\p{L}\p{N}_-]$/u;

function assertText(text: string, start: number): void {
  let at = start + 1;
  for (const character of text) {
    if (!TEXT_CHARACTER.test(character)) {
      throw new FileNameTemplateError(
        `${describeCharacter(character)} at position ${at} is not allowed. Outside of fields, use letters, digits, hyphens and underscores. Only ${EXTENSION} may follow, at the end.`,
      );
    }
    at += character.length;
  }
}

/** Formats a character for a message; a control character is shown by its code. */
const describeCharacter = (character: string): string =>
  /^[\p{L}\p{N}\p{P}\p{S}]$/u.test(character)
    ? `"${character}"`
    : `The character U+${character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}`;

function assertFields(parts: readonly Part[]): void {
  const fields = parts.filter((part) => typeof part !== 'string');
  if (fields.length === 0) {
    throw new FileNameTemplateError(
      `The template has no field, so all images would have one name. Use ${formatFields()}.`,
    );
  }
  if (fields.length > MAX_FIELDS) {
    throw new FileNameTemplateError(
      `The template has ${fields.length} fields; at most ${MAX_FIELDS} are allowed.`,
    );
  }
  const seen = new Set<string>();
  for (const { field, at } of fields) {
    const key = fieldKey(field);
    if (key === '') {
      throw new FileNameTemplateError(
        `The field at position ${at} has no name. Use ${formatFields()}.`,
      );
    }
    if (key === 'ext') {
      throw new FileNameTemplateError(
        `{ext} at position ${at} must be the end of the template, after a dot: ${EXTENSION}.`,
      );
    }
    if (seen.has(key)) {
      throw new FileNameTemplateError(`{${shortenText(field)}} at position ${at} occurs twice.`);
    }
    seen.add(key);
  }
  const bytes = Buffer.byteLength(parts.filter((part) => typeof part === 'string').join(''));
  if (bytes > MAX_TEXT_BYTES) {
    throw new FileNameTemplateError(
      `The text outside of fields has ${bytes} bytes; at most ${MAX_TEXT_BYTES} are allowed.`,
    );
  }
}

function bindField(field: string, header: readonly string[]): NamePart | undefined {
  const key = fieldKey(field);
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
  const exact = header.indexOf(field);
  const column =
    exact >= 0 ? exact : header.findIndex((cell) => toColumnKey(cell) === toColumnKey(field));
  if (toColumnKey(field) !== '' && column >= 0) return { column };
  const sku = key === 'sku' ? findSkuColumn(header) : undefined;
  return sku === undefined ? undefined : { column: sku };
}

/** Maximum number of columns that an error lists. */
const MAX_LISTED_COLUMNS = 60;

function throwUnknownField(
  { field, at }: { field: string; at: number },
  header: readonly string[],
): never {
  const columns = header.filter((cell) => cell.trim() !== '');
  const listed = columns.slice(0, MAX_LISTED_COLUMNS).map((cell) => `{${shortenText(cell)}}`);
  const more = columns.length > listed.length ? ` and ${columns.length - listed.length} more` : '';
  throw new FileNameTemplateError(
    `There is no field {${shortenText(field)}} (position ${at}). The fields are ${formatAvailableFields(header)}; the columns of the file are ${listed.join(', ')}${more}.`,
  );
}

const fieldKey = (field: string): string => field.trim().toLowerCase();

const formatFields = (fields: readonly string[] = TEMPLATE_FIELDS): string =>
  fields.map((field) => `{${field}}`).join(', ');

/** Lists the fields without `{sku}` if the file has no such column. */
const formatAvailableFields = (header: readonly string[]): string =>
  formatFields(
    TEMPLATE_FIELDS.filter((field) => field !== 'sku' || findSkuColumn(header) !== undefined),
  );

/** Returns the start of a text, without characters that would change how the message looks. */
const shortenText = (text: string): string =>
  text.slice(0, 60).replace(/[^\p{L}\p{N}\p{M}\p{P}\p{S} ]/gu, '\ufffd');
