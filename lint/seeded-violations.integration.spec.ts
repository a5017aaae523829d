import { spawn } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('../', import.meta.url));
const getBinPath = (name: string) => join(ROOT, 'node_modules/.bin', name);

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pressroom-lint-'));
});
afterEach(() => rm(folder, { recursive: true }));

async function writeFiles(files: Record<string, string>): Promise<void> {
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), content);
  }
}

/** Runs a command. @returns the exit code and the output */
async function run(command: string[], { cwd = ROOT, input = '' } = {}) {
  const [program, ...args] = command;
  const child = spawn(program, args, { cwd });
  child.stdin.end(input);
  const exitPromise = new Promise<number | null>((resolve) => child.once('exit', resolve));
  const [stdout, stderr, exitCode] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    exitPromise,
  ]);
  return { exitCode, output: stdout + stderr };
}

const runScript = (name: string) =>
  run([process.execPath, '--import', 'tsx', join(ROOT, 'lint', name), folder]);

describe('oxlint with the project rules', () => {
  beforeEach(async () => {
    await cp(join(ROOT, '.oxlintrc.json'), join(folder, '.oxlintrc.json'));
    await cp(join(ROOT, 'lint/import-rules.json'), join(folder, 'lint/import-rules.json'), {
      recursive: true,
    });
  });
  const lint = (...options: string[]) =>
    run([getBinPath('oxlint'), '--deny-warnings', ...options], { cwd: folder });

  it.each<[string, Record<string, string>, string]>([
    [
      'a lower platform folder that imports a higher one',
      { 'src/platform/errors/a.ts': "export { b } from '../http/b.js';\n" },
      'platform/errors may import only lower platform folders',
    ],
    [
      'a platform folder that imports a module',
      { 'src/platform/http/a.ts': "export { b } from '../../modules/upload/b.js';\n" },
      'platform/http may import only lower platform folders',
    ],
    [
      'a module that imports another module',
      { 'src/modules/upload/a.ts': "export { b } from '../export/b.js';\n" },
      'a module must not import another module',
    ],
    [
      'URL.canParse, which rejects valid URLs',
      { 'src/a.ts': 'export const isValid = (text: string) => URL.canParse(text);\n' },
      'Use isUrl() or parseUrl()',
    ],
    [
      'a cycle of type imports',
      {
        'src/a.ts': "import type { B } from './b.js';\nexport type A = B[];\n",
        'src/b.ts': "import type { A } from './a.js';\nexport type B = A[];\n",
      },
      'no-cycle',
    ],
    ['console output in src', { 'src/a.ts': "console.log('a');\n" }, 'no-console'],
    ['the type any', { 'src/a.ts': 'export const a: any = 1;\n' }, 'no-explicit-any'],
    [
      'a focused test',
      { 'src/a.spec.ts': "import { it } from 'vitest';\nit.only('a', () => undefined);\n" },
      'no-focused-tests',
    ],
    [
      'a name with a leading underscore',
      { 'src/a.ts': 'export const _a = 1;\n' },
      'no-underscore-dangle',
    ],
  ])('oxlint rejects %s', async (_violation, files, message) => {
    await writeFiles(files);
    const { exitCode, output } = await lint();
    expect(output).toContain(message);
    expect(exitCode).toBe(1);
  });

  it.each([
    ['a promise that nothing awaits', 'load();', 'no-floating-promises'],
    ['a promise as a condition', 'export const a = load() ? 1 : 2;', 'no-misused-promises'],
    ['await of a value that is not a promise', 'export const a = await 1;', 'await-thenable'],
  ])('oxlint with types rejects %s', async (_violation, statement, rule) => {
    const options = { compilerOptions: { strict: true, module: 'esnext', target: 'esnext' } };
    await writeFiles({
      'tsconfig.json': JSON.stringify(options),
      'src/a.ts': `const load = async (): Promise<void> => undefined;\n${statement}\nexport { load };\n`,
    });
    const { exitCode, output } = await lint('--type-aware');
    expect(output).toContain(rule);
    expect(exitCode).toBe(1);
  });

  it('oxlint accepts a higher platform folder that imports a lower one', async () => {
    await writeFiles({
      'src/platform/errors/a.ts': 'export const a = 1;\n',
      'src/platform/http/b.ts': "export { a } from '../errors/a.js';\n",
    });
    expect(await lint()).toMatchObject({ exitCode: 0 });
  });
});

describe('The scripts of npm run check', () => {
  it('constant-names.ts rejects a limit that starts with MOST', async () => {
    await writeFiles({ 'src/a.ts': `export const ${['MOST', 'ROWS'].join('_')} = 1;\n` });
    const { exitCode, output } = await runScript('constant-names.ts');
    expect(output).toContain('start the name of a limit with MAX_ or MIN_');
    expect(exitCode).toBe(1);
  });

  it.each([
    [
      'a document that cites a missing file',
      'a.md',
      'See `src/gone.ts`.\n',
      'missing file src/gone.ts',
    ],
    [
      'a comment that cites a missing file',
      'src/a.ts',
      '// See gone.ts.\n',
      'missing file gone.ts',
    ],
    ['a link to a missing file', 'a.md', '[a](gone.md)\n', 'does not exist'],
    ['a link to a missing heading', 'a.md', '# A\n\n[b](#gone)\n', 'a missing heading'],
  ])('file-references.ts rejects %s', async (_violation, path, content, message) => {
    await writeFiles({ [path]: content });
    const { exitCode, output } = await runScript('file-references.ts');
    expect(output).toContain(message);
    expect(exitCode).toBe(1);
  });
});

describe('The text checks', () => {
  const checkSpelling = (input: string) =>
    run([getBinPath('cspell'), 'lint', '--no-progress', '--no-summary', 'stdin://docs/a.md'], {
      input,
    });
  const checkMarkdown = (input: string) =>
    run([getBinPath('markdownlint-cli2'), '--no-globs', '-'], { input });
  const checkCommitMessage = (input: string) => run([getBinPath('commitlint')], { input });

  it('cspell rejects misspelled words and British spelling, and accepts American spelling', async () => {
    const british = ['col', 'our'].join('');
    const { exitCode, output } = await checkSpelling(
      `The imgae has a ${british}.\nThe color is red.\n`,
    );
    expect(output).toContain('(imgae)');
    expect(output).toContain(`(${british})`);
    expect(output).not.toContain('(color)');
    expect(exitCode).toBe(1);
  });

  it.each([
    ['a line of more than 200 characters', `# A\n\n${'word '.repeat(50)}end\n`, 'MD013'],
    ['a wrong product name', '# A\n\nUses postgresql.\n', 'MD044'],
  ])('markdownlint rejects %s', async (_violation, input, rule) => {
    const { exitCode, output } = await checkMarkdown(input);
    expect(output).toContain(rule);
    expect(exitCode).toBe(1);
  });

  it('markdownlint accepts a short document', async () => {
    expect(await checkMarkdown('# A\n\nUses PostgreSQL.\n')).toMatchObject({ exitCode: 0 });
  });

  it.each([
    ['a title without a type', 'Reject null values\n', 'type-empty'],
    ['a title that ends in a full stop', 'fix: reject null values.\n', 'subject-full-stop'],
    ['a title of more than 72 characters', `fix: ${'word '.repeat(15)}end\n`, 'header-max-length'],
  ])('commitlint rejects %s', async (_violation, input, rule) => {
    const { exitCode, output } = await checkCommitMessage(input);
    expect(output).toContain(rule);
    expect(exitCode).toBe(1);
  });

  it('commitlint accepts a conventional title', async () => {
    expect(await checkCommitMessage('fix: reject null values\n')).toMatchObject({ exitCode: 0 });
  });
});
