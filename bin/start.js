/** `npm start`: starts the build in this process. Service managers run `node dist/main.js` with the same flags instead. */
import { ensureBuilt } from './build-state.js';

ensureBuilt();
await import('../dist/main.js');
