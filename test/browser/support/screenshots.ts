import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Appearance, PHONE } from './browser.js';

/** Folder for screenshots. `npm run screenshots` writes to `docs/images`, other runs to a temporary folder. */
export const SCREENSHOT_FOLDER =
  process.env.SCREENSHOTS === 'true'
    ? fileURLToPath(new URL('../../../docs/images/', import.meta.url))
    : `${await mkdtemp(join(tmpdir(), 'pressroom-screenshots-'))}/`;

export const APPEARANCES: [name: string, appearance: Appearance][] = [
  ['light', { scheme: 'light' }],
  ['dark', { scheme: 'dark' }],
  ['phone', { scheme: 'light', ...PHONE }],
];
