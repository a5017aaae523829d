import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseEnv } from 'node:util';
import { describe, expect, it } from 'vitest';
import { Env, readEnv } from './env.js';

const readProjectFile = (name: string) =>
  readFileSync(new URL(`../../../${name}`, import.meta.url), 'utf8');

/** Defaults as text. The default of DECODERS is the number of cores, which differs between machines. */
const DEFAULTS = Object.fromEntries(
  Object.entries(new Env()).map(([name, value]) => [
    name,
    name === 'DECODERS' ? '' : String(value ?? ''),
  ]),
);

describe('.env.example', () => {
  const uncommentedExample = readProjectFile('.env.example').replaceAll(/^#(?=[A-Z0-9_]+=)/gm, '');

  it('.env.example lists the settings of Env in the same order and with the same defaults', () => {
    expect(parseEnv(uncommentedExample)).toEqual(DEFAULTS);
    const names = [...uncommentedExample.matchAll(/^([A-Z0-9_]+)=/gm)].map(([, name]) => name);
    expect(names).toEqual(Object.keys(DEFAULTS));
  });

  it('readEnv() accepts the settings of .env.example and returns the defaults', () => {
    expect(readEnv(parseEnv(uncommentedExample))).toEqual(readEnv({}));
  });
});

describe('docs/reference/configuration.md', () => {
  it('docs/reference/configuration.md has a section for each setting with its default, in the order of Env', () => {
    const page = readProjectFile('docs/reference/configuration.md');
    const sections = [...page.matchAll(/^### `([A-Z0-9_]+)`$[\s\S]*?^- Default: (.*)$/gm)];
    const documentedDefaults = sections.map(([, name, value]) => [
      name,
      value.startsWith('`') ? value.split('`')[1] : '',
    ]);
    expect(documentedDefaults).toEqual(Object.entries(DEFAULTS));
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
