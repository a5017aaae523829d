import { existsSync } from 'node:fs';

/** Chromium of Debian (`apt-get install chromium`), or the value of `CHROMIUM`. */
const PATHS = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** Path of the installed Chromium, undefined when there is none. */
export const CHROMIUM = [process.env.CHROMIUM ?? '', ...PATHS].find((path) => existsSync(path));

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
