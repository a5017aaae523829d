import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CatalogRow } from '../catalog-row.js';
import { isCleanName } from './clean-name.js';
import { FileNameTemplate, FileNameTemplateError } from './file-name-template.js';
import { formatOutputFileName } from './output-file-name.js';

const HEADER = ['SKU', 'Title', 'Image Src', 'Color'];
const OUTPUT = { output: '', width: 400, height: 300 };

const createRow = (row: number, cells: string[], imageCount = 1): CatalogRow => ({
  row,
  serialNumber: `S${row}`,
  productName: cells[1] ?? '',
  cells: HEADER.map((_, i) => cells[i] ?? ''),
  images: Array.from({ length: imageCount }, () => ({
    column: 2,
    url: 'https://shop.example/a.jpg',
  })),
});

const renderNames = (template: string, rows: CatalogRow[], header = HEADER) => {
  const names = FileNameTemplate.parse(template).bindColumns(header);
  return rows.flatMap((row) => names.nameImages(row));
};
const renderName = (template: string, cells: string[], output = OUTPUT) =>
  formatOutputFileName(renderNames(template, [createRow(7, cells)])[0], output);
const readError = (template: string, header = HEADER) => {
  try {
    FileNameTemplate.parse(template).bindColumns(header);
  } catch (error) {
    expect(error).toBeInstanceOf(FileNameTemplateError);
    return (error as Error).message;
  }
  return undefined;
};

describe('FileNameTemplate', () => {
  it.each([
    ['{sku}-{Position}.{ext}', 'A-1-1'],
    ['{SKU}-{ position }.{EXT}', 'A-1-1'],
    ['{sku}-{position}', 'A-1-1'],
    ['{name}_{width}x{height}.{ext}', 'Blue-mug_400x300'],
    ['{serial}-{row}-{color}', 'S7-7-Red'],
    ['{Image Src}-{sku}', 'A-1'],
  ])('FileNameTemplate renders %j as %j', (template, expected) => {
    expect(renderName(template, ['A-1', 'Blue mug', '', 'Red'])).toBe(expected);
  });

  it('FileNameTemplate reads {sku} from the SKU column of a shop platform', () => {
    const header = ['Handle', 'Title', 'Image Src', 'Variant SKU'];
    const [name] = renderNames('{sku}', [createRow(1, ['mug', 'Mug', '', 'M-1'])], header);
    expect(name).toBe('M-1');
  });

  it.each([
    ['{nothing}-{row}', /\{nothing\} \(position 1\).*\{sku\}, \{serial\}.*\{Title\}/],
    ['{__proto__}', /\{__proto__\}/],
    ['{row}-{constructor}', /\{constructor\} \(position 7\)/],
    ['../{sku}', /"\." at position 1 /],
    ['{sku}/a', /"\/" at position 6 /],
    ['{sku}\r\n', /U\+000D at position 6 /],
    ['{sku}\u202e', /U\+202E at position 6 /],
    ['{sku}%2e', /"%" at position 6 /],
    ['{sku}.jpg', /"\." at position 6 .*\.\{ext\}/],
    ['{sku}.{ext}.{ext}', /"\." at position 6 /],
    ['{ext}-{sku}', /\{ext\} at position 1 /],
    ['{sku', /\{ at position 1 /],
    ['sku}', /"\}" at position 4 /],
    ['{sku}-{SKU}', /\{SKU\} at position 7 occurs twice/],
    ['{}-{row}', /position 1 has no name/],
    ['{row}{-}', /\{-\} \(position 6\)/],
    ['image', /no field/],
    ['.{ext}', /no field/],
    ['', /no field/],
    [`${'a'.repeat(201)}{row}`, /206 characters/],
    [`${'a'.repeat(81)}{row}`, /81 bytes/],
    ['{a}{b}{c}{d}{e}{f}{g}{h}{i}', /9 fields/],
  ])('FileNameTemplate rejects %j', (template, message) => {
    expect(readError(template)).toMatch(message);
  });

  it('FileNameTemplate lists at most 60 columns in its error message, without control characters', () => {
    const header = Array.from({ length: 500 }, (_, i) => `C${i}\u202e`);
    const message = readError('{x}', header)!;
    expect(message).toContain('and 440 more');
    expect(message).not.toContain('\u202e');
  });
});

describe('RowFileNames', () => {
  it.each([
    ['../../etc/passwd', 'etc-passwd'],
    ['..\\..\\boot.ini', 'boot-ini'],
    ['%2e%2e%2fa', '2e-2e-2fa'],
    ['．．／a', 'a'],
    ['.htaccess', 'htaccess'],
    ['CON', '_CON'],
    ['com¹', '_com1'],
    ['evil.php\0.jpg', 'evil-php-jpg'],
    ['a\r\nSet-Cookie: x', 'a-Set-Cookie-x'],
    ['a\u202Egpj.exe', 'agpj-exe'],
    ['Größe "XL"?*', 'Größe-XL'],
    ['マグカップ', 'マグカップ'],
    ['❤\ufe0f mug \u{1f468}\u200d\u{1f469}', 'mug'],
    ['\ue000\ue001\ue002', 'image'],
    ['\ud800', 'image'],
    ['🙂', 'image'],
    ['', 'image'],
  ])('RowFileNames converts the cell %j to a safe name', (cell, expected) => {
    expect(renderName('{sku}.{ext}', [cell])).toBe(expected);
  });

  it('RowFileNames keeps the fields that follow a long value', () => {
    expect(renderName('{sku}-{position}', ['x'.repeat(500)])).toMatch(/^x{70,}-1$/);
    expect(renderName('{sku}-{position}', ['𝒳マ'.repeat(500)])).toMatch(/^(?:Xマ)+X?-1$/);
  });

  it('RowFileNames adds numbers to names that differ only in case', () => {
    const rows = ['mug', 'Mug', 'mug-2', 'cup'].map((sku, i) => createRow(i + 1, [sku], 2));
    expect(renderNames('{sku}', rows)).toEqual([
      'mug',
      'mug-2',
      'Mug-3',
      'Mug-4',
      'mug-2-2',
      'mug-2-3',
      'cup',
      'cup-2',
    ]);
  });

  it('RowFileNames makes 20,000 identical names unique in linear time', () => {
    const rows = Array.from({ length: 20 }, (_, i) => createRow(i + 1, ['mug'], 1000));
    expect(renderNames('{sku}', rows).at(-1)).toBe('mug-20000');
  });

  const anyCell = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 300 }),
    fc.string({ unit: 'grapheme', maxLength: 300 }),
    fc.constantFrom('', 'con', 'a', 'A', 'a-2', '../a', 'ſ', 'K', '\u0301', '\ue000', 'ß', 'SS'),
  );
  const anyRows = fc
    .array(fc.tuple(anyCell, anyCell), { minLength: 1, maxLength: 20 })
    .map((cells) => cells.map(([sku, title], i) => createRow(i + 1, [sku, title], (i % 3) + 1)));
  const anyTemplate = fc.constantFrom(
    '{sku}',
    '{sku}-{position}.{ext}',
    '{sku}{title}',
    'ᄀ_{sku}é{title}_',
    '{title}-{row}-{position}-{color}',
  );

  it('RowFileNames returns valid, unique and reproducible names for arbitrary cells', () => {
    fc.assert(
      fc.property(anyTemplate, anyRows, (template, rows) => {
        const names = renderNames(template, rows);
        expect(renderNames(template, rows)).toEqual(names);
        expect(new Set(names.map((name) => name.toUpperCase())).size).toBe(names.length);
        for (const name of names) assertValidFileName(`${formatOutputFileName(name, OUTPUT)}.webp`);
      }),
    );
  });

  const anyOutput = fc.stringMatching(/^[A-Za-z0-9_-]{1,40}$/);
  it('formatOutputFileName() returns a valid name for any output name, width and height', () => {
    const template = fc.constantFrom('{output}', '{sku}-{output}', '{width}{sku}', 'com{height}');
    const size = fc.integer({ min: 1, max: 99_999 });
    fc.assert(
      fc.property(template, anyCell, anyOutput, size, size, (text, cell, output, width, height) => {
        const name = renderName(text, [cell], { output, width, height });
        expect(isCleanName(name)).toBe(true);
        assertValidFileName(`${name}.webp.missing.txt`);
      }),
    );
  });
});

/** Asserts that the name is valid as a URL path segment, on Windows, as an S3 key and as a ZIP entry. */
function assertValidFileName(file: string): void {
  const stem = file.slice(0, file.indexOf('.'));
  expect(isCleanName(stem)).toBe(true);
  expect(Buffer.byteLength(file)).toBeLessThanOrEqual(255);
  expect(file).not.toMatch(/[\p{C}\p{Z}<>:"/\\|?*%#]|^\.|\.$|\.\./u);
  expect(file).not.toMatch(/^(?:con|prn|aux|nul|com\d|lpt\d)\./i);
  expect(decodeURIComponent(new URL(`https://a.example/${encodeURI(file)}`).pathname)).toBe(
    `/${file}`,
  );
}

describe('formatOutputFileName()', () => {
  it('formatOutputFileName() adds the output name unless the template contains it', () => {
    const output = { output: 'large', width: 9, height: 9 };
    expect(renderName('{sku}', ['mug'], output)).toBe('mug-large');
    expect(renderName('{output}_{sku}', ['mug'], output)).toBe('large_mug');
    expect(renderName('{sku}-{output}-{row}', ['mug'])).toBe('mug-7');
  });
});

describe('isCleanName()', () => {
  it.each(['a', '_CON', 'a-1_b', 'マグ', 'Größe'])('isCleanName() accepts %j', (name) => {
    expect(isCleanName(name)).toBe(true);
  });

  it.each([
    '',
    '_',
    'CON',
    '_a',
    '-a',
    'a--b',
    'a.b',
    'a/b',
    'a b',
    '\ue000',
    'a\u202e',
    'x'.repeat(256),
  ])('isCleanName() rejects %j', (name) => {
    expect(isCleanName(name)).toBe(false);
  });
});
