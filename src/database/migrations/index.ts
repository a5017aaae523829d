import { AnswersWithoutSecrets1795400400000 } from './1795400400000-answers-without-secrets.js';
import { Sources1795170000000 } from './1795170000000-sources.js';
import { Retries1795300000000 } from './1795300000000-retries.js';
import { Access1795166406000 } from './1795166406000-access.js';
import { Initial1795160000000 } from './1795160000000-initial.js';
import { RequestLifecycle1795165276375 } from './1795165276375-request-lifecycle.js';

/** In the order they run. Listed, not globbed: the same list serves dist, the CLI and the tests. */
export const migrations = [
  Initial1795160000000,
  RequestLifecycle1795165276375,
  Access1795166406000,
  Sources1795170000000,
  Retries1795300000000,
  AnswersWithoutSecrets1795400400000,
];
