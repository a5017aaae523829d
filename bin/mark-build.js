/** Marks the build as complete. This is the last step of `npm run build`. */
import { markBuilt } from './build-state.js';

markBuilt();
