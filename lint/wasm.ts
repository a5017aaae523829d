/**
 * `npm run wasm`: compiles the AssemblyScript of `wasm/` to a module with the bytes of WebAssembly,
 * which development, tests and the bundle import. With `--check`, fails if the module is not that
 * of the source.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The used part of the compiler's interface. Its own type declarations change global array types. */
interface Compiler {
  main: (
    options: string[],
    files: {
      stderr: NodeJS.WriteStream;
      readFile: (name: string) => string | null;
      writeFile: (name: string, contents: string | Uint8Array) => void;
    },
  ) => Promise<{ error: Error | null }>;
}
const COMPILER: string = 'assemblyscript/asc';

const ROOT = fileURLToPath(new URL('../', import.meta.url));
const SOURCE = 'wasm/ssimulacra2.ts';
const MODULE = 'src/platform/compression/score/ssimulacra2-wasm.ts';
const OPTIONS = [
  '-O3',
  '--runtime',
  'stub',
  '--enable',
  'simd',
  '--disableWarning',
  '201',
  '--noColors',
];

async function compile(): Promise<Uint8Array> {
  const binary = 'binary.wasm';
  let bytes: Uint8Array | undefined;
  const { main } = (await import(COMPILER)) as Compiler;
  const { error } = await main([SOURCE, ...OPTIONS, '--outFile', binary], {
    readFile: (name) =>
      existsSync(join(ROOT, name)) ? readFileSync(join(ROOT, name), 'utf8') : null,
    stderr: process.stderr,
    writeFile: (name, contents) => {
      if (name === binary && typeof contents !== 'string') bytes = contents;
    },
  });
  if (error || !bytes) throw new Error(`${SOURCE} does not compile.`, { cause: error });
  return bytes;
}

const base64 = Buffer.from(await compile()).toString('base64');
const text = `/** Generated from ${SOURCE} by \`npm run wasm\`: WebAssembly in base64. */
export const SSIMULACRA2_WASM =
  '${base64}';
`;
const path = join(ROOT, MODULE);
if (!process.argv.includes('--check')) writeFileSync(path, text);
else if (!existsSync(path) || readFileSync(path, 'utf8') !== text) {
  process.stderr.write(`${MODULE} is not current. Run \`npm run wasm\` and commit it.\n`);
  process.exitCode = 1;
}
