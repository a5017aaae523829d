/** `npm run restore`: see docs/guides/backup.md. */
import { ensureBuilt } from './build-state.js';

ensureBuilt();
await import('../dist/restore.js');
