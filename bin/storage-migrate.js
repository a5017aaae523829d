/** `npm run storage:migrate`: moves the compressed images to a bucket (docs/guides/storage.md). */
import { ensureBuilt } from './build-state.js';

ensureBuilt();
await import('../dist/storage-migrate.js');
