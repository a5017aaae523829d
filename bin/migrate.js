/** `npm run migrate`: applies pending migrations (docs/guides/deploy.md). */
import { ensureBuilt } from './build-state.js';

ensureBuilt();
await import('../dist/migrate.js');
