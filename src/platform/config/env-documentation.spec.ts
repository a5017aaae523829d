import { readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { describe, expect, it } from 'vitest';
import { Env, readEnv } from './env.js';

const read = (name: string) => readFileSync(new URL(`../../../${name}`, import.meta.url), 'utf8');

/** As text; the cores of this machine are no default to write down. */
const DEFAULTS = Object.fromEntries(
  Object.entries(new Env()).map(([name, value]) => [
    name,
    name === 'DECODERS' ? '' : String(value ?? ''),
  ]),
);

describe('the settings in .env.example', () => {
  const uncommented = read('.env.example').replaceAll(/^#(?=[A-Z_]+=)/gm, '');

  it('are those of Env, in its order, with their defaults', () => {
    const given = parseEnv(uncommented);
    expect(given).toEqual(DEFAULTS);
    const inOrder = [...uncommented.matchAll(/^([A-Z_]+)=/gm)].map(([, name]) => name);
    expect(inOrder).toEqual(Object.keys(DEFAULTS));
  });

  it('are accepted as they stand', () => {
    expect(readEnv(parseEnv(uncommented))).toEqual(readEnv({}));
  });
});

describe('the table of settings in README.md', () => {
  it('has a row for each of Env, with its default', () => {
    const rows = [...read('README.md').matchAll(/^\| `([A-Z_]+)` +\| ([^|]*?) *\|/gm)];
    const given = Object.fromEntries(
      rows.map(([, name, value]) => [name, value.startsWith('`') ? value.replaceAll('`', '') : '']),
    );
    expect(given).toEqual(DEFAULTS);
  });
});
