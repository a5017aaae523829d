import { defineConfig } from 'vite';

/** The app serves the result: `src/modules/web`. `npm run dev:page` serves it alone, with the API of a running app behind it. */
export default defineConfig({
  root: import.meta.dirname,
  build: {
    outDir: '../dist/web',
    emptyOutDir: true,
    target: 'es2022',
    // Everything is a file of its own: the page's CSP allows no data: scripts, styles or fonts.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  server: {
    proxy: Object.fromEntries(
      [
        '/upload',
        '/status',
        '/download',
        '/requests',
        '/images',
        '/presets',
        '/preview',
        '/webhook',
      ]
        .concat([
          '/health',
          '/setup',
          '/statistics',
          '/docs',
          '/docs-json',
          '/sample',
          '/operator/',
          '/queues',
        ])
        .map((path) => [path, 'http://127.0.0.1:3000']),
    ),
  },
});
