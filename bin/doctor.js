/** `npm run doctor`: checks the installation (docs/guides/troubleshooting.md). */
import { ensureBuilt } from './build-state.js';

ensureBuilt();
await import('../dist/doctor.js');
