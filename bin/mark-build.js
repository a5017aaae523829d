/** The last step of `npm run build`. */
import { markBuilt } from './build-state.js';

markBuilt();
