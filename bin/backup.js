/** `npm run backup`: see docs/guides/backup.md. */
import { ensureBuilt } from './build-state.js';

ensureBuilt();
await import('../dist/backup.js');
