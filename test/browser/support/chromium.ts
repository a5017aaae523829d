import { existsSync } from 'node:fs';

/** Paths at which packages install Chromium, for example Debian's `chromium`. */
const PACKAGE_PATHS = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** Path of Chromium, from the environment variable `CHROMIUM` or an installed package. Undefined if there is none. */
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
