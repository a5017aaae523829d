import { defineConfig } from 'vite';

/**
 * The app serves the build (`src/modules/web`). `npm run dev:page` serves the page from its sources and forwards API
 * calls to a running app.
 */
export default defineConfig({
  root: import.meta.dirname,
  build: {
    outDir: '../dist/web',
    emptyOutDir: true,
    target: 'es2022',
    // Writes each asset to its own file, because the page's CSP allows no scripts, styles or fonts in data: URLs.
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
