/**
 * `npm run wasm` compiles the AssemblyScript in `wasm/` to modules that contain the WebAssembly as base64.
 * Development, tests and the bundle import them like other modules. With `--check`, fails if a module is outdated.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The part of the compiler's interface that this script uses. Its own type declarations change global array types. */
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
const MODULES = [
  {
    source: 'wasm/ssimulacra2.ts',
    module: 'src/platform/compression/score/ssimulacra2-wasm.ts',
    name: 'SSIMULACRA2_WASM',
  },
  {
    source: 'wasm/jpeg-coefficients.ts',
    module: 'src/platform/compression/jpeg/coefficients-wasm.ts',
    name: 'COEFFICIENTS_WASM',
  },
];
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

async function compile(source: string): Promise<Uint8Array> {
  const binary = 'binary.wasm';
  let bytes: Uint8Array | undefined;
  const { main } = (await import(COMPILER)) as Compiler;
  const { error } = await main([source, ...OPTIONS, '--outFile', binary], {
    readFile: (name) =>
      existsSync(join(ROOT, name)) ? readFileSync(join(ROOT, name), 'utf8') : null,
    stderr: process.stderr,
    writeFile: (name, contents) => {
      if (name === binary && typeof contents !== 'string') bytes = contents;
    },
  });
  if (error || !bytes) throw new Error(`${source} does not compile.`, { cause: error });
  return bytes;
}

for (const { source, module, name } of MODULES) {
  const base64 = Buffer.from(await compile(source)).toString('base64');
  const text = `/** Generated from ${source} by \`npm run wasm\`: WebAssembly in base64. */
export const ${name} =
  '${base64}';
`;
  const path = join(ROOT, module);
  if (!process.argv.includes('--check')) writeFileSync(path, text);
  else if (!existsSync(path) || readFileSync(path, 'utf8') !== text) {
    process.stderr.write(`${module} is outdated. Run \`npm run wasm\` and commit it.\n`);
    process.exitCode = 1;
  }
}
