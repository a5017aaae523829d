/** `npm run build:current`, before tests: builds only if the sources have changed since the last build. */
import { buildIfStale } from './build-state.js';

buildIfStale();
