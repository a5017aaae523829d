import type { Env } from '../../src/platform/config/env.js';
import type { Bench } from './bench.js';

/** Settings of a fault, and its permitted effects on images and uploads. */
export interface FaultSettings {
  /** Name in the table. */
  name: string;
  /** Settings of the app during this fault. */
  env?: Partial<Record<keyof Env, string>>;
  /** Permitted error codes of images. Without them every image must be completed. */
  mayFail?: string[];
  /** Uploads may be rejected with 503. */
  mayReject?: boolean;
  /** Images may need more than one attempt. */
  mayRetry?: boolean;
  /** Origins of the catalogs that are uploaded during the fault. The default is all. */
  origins?(bench: Bench): string[];
  /** Runs before the app starts. Returns why the fault can't be injected on this machine, or nothing. */
  prepare?(bench: Bench): Promise<string | undefined>;
  /** Runs after the app has stopped. */
  cleanUp?(bench: Bench): Promise<void>;
}
