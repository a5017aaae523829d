/** `npm run verify`: compares every row with its file (docs/guides/backup.md). */
import { ensureBuilt } from './build-state.js';

ensureBuilt();
await import('../dist/verify.js');
