/** `npm start`: starts what is built, in this process. Service managers run `node dist/main.js` instead. */
import { ensureBuilt } from './build-state.js';

ensureBuilt();
await import('../dist/main.js');
