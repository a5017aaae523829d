import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');

/** Names of columns, of indexes and of problems in a report live there, in the same spelling. */
const OTHER_NAMES =
  /^src\/(platform\/(database\/(entities|migrations|repositories)|catalog\/(platforms|columns|feed\/feed-parser|image-cell\/placeholders|text))|modules\/verify)\//;

/** Words of other languages and protocols. */
const OTHER_WORDS = new Set([
  'image_url',
  'image_link',
  'large_image_url',
  'additional_image_link',
  'hi_res',
  'no_urls',
  'no_selection',
  'no_image',
  'transaction_read_only',
  'orphan_cleanup',
]);

/** Words of the API that are spelled like a code: fields, parameters. */
function apiNames(): Set<string> {
  const names = new Set<string>();
  JSON.parse(read('docs/openapi.json'), (key, value: unknown) => {
    if (key === 'properties') Object.keys(value as object).forEach((name) => names.add(name));
    if (key === 'parameters') (value as { name: string }[]).forEach(({ name }) => names.add(name));
    return value;
  });
  return names;
}

/**
 * Every literal in src that is spelled like a code, wherever it stands: codes are also chosen by `?:`
 * and passed as arguments. A part that is only known at run time is a `*`.
 */
function codesInSource(): Set<string> {
  const names = apiNames();
  const files = readdirSync(join(ROOT, 'src'), { recursive: true, encoding: 'utf8' })
    .map((name) => `src/${name}`)
    .filter((name) => /(?<!\.spec)\.ts$/.test(name) && !OTHER_NAMES.test(name));
  const codes = files
    .map(read)
    .flatMap((source) => [
      ...[...source.matchAll(/'([a-z]+(?:_[a-z]+)+)'/g)].map(([, word]) => word),
      ...[...source.matchAll(/code: '([a-z]+)'/g)].map(([, word]) => word),
      ...[...source.matchAll(/code: `([^`]+)`/g)].map(([, text]) =>
        text.replaceAll(/\$\{\w+\}/g, '*'),
      ),
    ]);
  return new Set(codes.filter((code) => !names.has(code) && !OTHER_WORDS.has(code)));
}

/** First cell of each table row. */
function codesInDocument(): Set<string> {
  const rows = [...read('docs/errors.md').matchAll(/^\| `([A-Za-z_]+)` +\|/gm)];
  return new Set(rows.map(([, code]) => code.replaceAll(/[A-Z]+/g, '*')));
}

describe('docs/errors.md', () => {
  const source = codesInSource();
  const document = codesInDocument();

  it('has every code that the source can give', () => {
    expect([...source].filter((code) => !document.has(code))).toEqual([]);
  });

  it('has no code that the source does not give', () => {
    expect([...document].filter((code) => !source.has(code))).toEqual([]);
  });
});
