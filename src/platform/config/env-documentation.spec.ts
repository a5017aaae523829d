import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseEnv } from 'node:util';
import { describe, expect, it } from 'vitest';
import { Env, readEnv } from './env.js';

const read = (name: string) => readFileSync(new URL(`../../../${name}`, import.meta.url), 'utf8');

/** The defaults as text. That of DECODERS is the number of cores, which differs between machines. */
const DEFAULTS = Object.fromEntries(
  Object.entries(new Env()).map(([name, value]) => [
    name,
    name === 'DECODERS' ? '' : String(value ?? ''),
  ]),
);

describe('The settings in .env.example', () => {
  const uncommented = read('.env.example').replaceAll(/^#(?=[A-Z0-9_]+=)/gm, '');

  it('The settings in .env.example match those of Env in order and defaults', () => {
    const given = parseEnv(uncommented);
    expect(given).toEqual(DEFAULTS);
    const inOrder = [...uncommented.matchAll(/^([A-Z0-9_]+)=/gm)].map(([, name]) => name);
    expect(inOrder).toEqual(Object.keys(DEFAULTS));
  });

  it('The settings in .env.example are accepted unchanged', () => {
    expect(readEnv(parseEnv(uncommented))).toEqual(readEnv({}));
  });
});

describe('docs/reference/configuration.md', () => {
  it('docs/reference/configuration.md has a section with the default of each setting, in the order of Env', () => {
    const page = read('docs/reference/configuration.md');
    const sections = [...page.matchAll(/^### `([A-Z0-9_]+)`$[\s\S]*?^- Default: (.*)$/gm)];
    const documented = sections.map(([, name, value]) => [
      name,
      value.startsWith('`') ? value.split('`')[1] : '',
    ]);
    expect(documented).toEqual(Object.entries(DEFAULTS));
  });

  it(
    'docs/reference/configuration.md and .env.example match the output of npm run reference',
    { timeout: 60_000 },
    () => {
      const script = fileURLToPath(new URL('../../../lint/reference/main.ts', import.meta.url));
      const { stderr, status } = spawnSync(
        process.execPath,
        ['--import', 'tsx', script, '--check'],
        {
          encoding: 'utf8',
        },
      );
      expect(stderr).toBe('');
      expect(status).toBe(0);
    },
  );
});
