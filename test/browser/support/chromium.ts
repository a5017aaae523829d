import { existsSync } from 'node:fs';

/**
 * Paths of installed packages. The headless shell is first, because it needs only a quarter of the CPU time to open
 * a page.
 */
const PACKAGE_PATHS = [
  'chromium-headless-shell',
  'chromium',
  'chromium-browser',
  'google-chrome',
].map((name) => `/usr/bin/${name}`);

/** Path of Chromium, from the environment variable `CHROMIUM` or an installed package. Undefined if Chromium is not installed. */
export const CHROMIUM_PATH = [process.env.CHROMIUM ?? '', ...PACKAGE_PATHS].find((path) =>
  existsSync(path),
);

export const CHROMIUM_FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-gpu-compositing',
  '--disable-software-rasterizer',
  '--in-process-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
