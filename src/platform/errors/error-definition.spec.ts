import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, expectTypeOf, it, onTestFinished } from 'vitest';
import { assertTablesExported, readErrorTables } from '../../../lint/reference/errors.js';
import { AppError } from './app-error.js';
import { defineErrors, type ErrorDefinition } from './error-definition.js';

const SECTION = { title: 'Downloads', intro: 'Error responses from downloads.' };
const ERRORS = defineErrors(SECTION, {
  file_gone: { status: 410, title: 'File gone', what: 'The file was deleted.', fix: 'Upload it.' },
  http_NNN: { retry: 'later', title: 'Status', what: 'The server responded.', fix: '' },
  key_unknown: { title: 'Key', what: 'No such key.', fix: 'Use another.', message: 'Which key?' },
});

describe('AppError', () => {
  it('AppError takes its code, status, retry policy and message from the definition', () => {
    expect(new AppError(ERRORS.file_gone)).toMatchObject({
      code: 'file_gone',
      status: 410,
      retry: 'never',
      message: 'The file was deleted. Upload it.',
    });
    expect(new AppError(ERRORS.key_unknown)).toMatchObject({ status: 500, message: 'Which key?' });
  });

  it('AppError prefers its options over the definition', () => {
    const options = { status: 502, retry: 'later', message: 'a.jpg was deleted.' } as const;
    expect(new AppError(ERRORS.file_gone, options)).toMatchObject(options);
  });

  it('AppError accepts only definitions from an error table', () => {
    type AcceptedDefinition = ConstructorParameters<typeof AppError>[0];
    expectTypeOf<typeof ERRORS.file_gone>().toExtend<AcceptedDefinition>();
    expectTypeOf<{ code: string; status: number }>().not.toExtend<AcceptedDefinition>();
    // Has all members, but was not created by defineErrors().
    expectTypeOf<Pick<ErrorDefinition, keyof ErrorDefinition>>().not.toExtend<AcceptedDefinition>();
  });
});

describe('ErrorDefinition', () => {
  it('ErrorDefinition.withPart() replaces the placeholder in an error code', () => {
    const error = new AppError(ERRORS.http_NNN.withPart(404));
    expect(error).toMatchObject({ code: 'http_404', retry: 'later' });
  });
});

describe('readErrorTables()', () => {
  it('readErrorTables() returns the tables of all modules and the platform, without duplicate codes', async () => {
    const tables = await readErrorTables();
    const codes = [...tables.values()].flat().map(({ code }) => code);
    expect(codes).toEqual(expect.arrayContaining(['file_missing', 'url_invalid', 'http_NNN']));
    expect(new Set(codes).size).toBe(codes.length);
  });

  it('readErrorTables() returns codes in snake_case', async () => {
    for (const { code, title, what } of [...(await readErrorTables()).values()].flat()) {
      expect(code).toMatch(/^[A-Za-z]+(_[A-Za-z]+)*$/);
      expect([title, what]).not.toContain('');
    }
  });
});

describe('assertTablesExported()', () => {
  const assertExported = (file: string, text: string): void => {
    const folder = mkdtempSync(join(tmpdir(), 'error-tables-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    writeFileSync(join(folder, file), text);
    assertTablesExported(pathToFileURL(`${folder}/`));
  };

  it('assertTablesExported() accepts an exported constant in error-table.ts', () => {
    const table = 'export const ROW_ERRORS = defineErrors(SECTION, {});';
    expect(() => assertExported('row-error-table.ts', table)).not.toThrow();
  });

  it.each([
    ['a table that is not exported', 'error-table.ts', 'const ERRORS = defineErrors(SECTION, {});'],
    [
      'a table in a file with another name',
      'rows.ts',
      'export const ERRORS = defineErrors(SECTION, {});',
    ],
    ['a table without a name', 'error-table.ts', 'export default defineErrors(SECTION, {});'],
  ])('assertTablesExported() rejects %s', (_, file, text) => {
    expect(() => assertExported(file, text)).toThrow(`${file}: export the table`);
  });
});
