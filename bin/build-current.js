/** `npm run build:current`, before tests: builds only when the sources have changed since the last build. */
import { buildWhenStale } from './build-state.js';

buildWhenStale();
