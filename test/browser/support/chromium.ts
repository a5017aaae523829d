import { existsSync } from 'node:fs';

/** Paths of installed packages, for example Debian's `chromium`. */
const PACKAGE_PATHS = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** Path of Chromium: the environment variable `CHROMIUM`, or an installed package. Undefined without one. */
export const CHROMIUM_PATH = [process.env.CHROMIUM ?? '', ...PACKAGE_PATHS].find((path) =>
  existsSync(path),
);

export const CHROMIUM_FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
