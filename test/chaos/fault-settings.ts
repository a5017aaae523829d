import type { Env } from '../../src/platform/config/env.js';
import type { ChaosFixture } from './chaos-fixture.js';

/** Settings of a fault, and its permitted effects on images and uploads. */
export interface FaultSettings {
  /** Name in the table. */
  name: string;
  /** Settings of the app during this fault. */
  env?: Partial<Record<keyof Env, string>>;
  /** Error codes with which images may fail. By default, every image must be completed. */
  permittedErrors?: string[];
  /** Uploads may be rejected with 503. */
  mayReject?: boolean;
  /** Images may need more than one attempt. */
  mayRetry?: boolean;
  /** Returns the origins of the catalogs uploaded during the fault. By default, all origins are used. */
  selectOrigins?(fixture: ChaosFixture): string[];
  /** Runs before the app starts. Returns the reason if the fault can't be injected on this machine. */
  prepare?(fixture: ChaosFixture): Promise<string | undefined>;
  /** Runs after the app has stopped. */
  cleanUp?(fixture: ChaosFixture): Promise<void>;
}
