/** `npm run verify`: compares every stored file with its row (docs/guides/backup.md). */
import { ensureBuilt } from './build-state.js';

ensureBuilt();
await import('../dist/verify.js');
