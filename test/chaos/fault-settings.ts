import type { Env } from '../../src/platform/config/env.js';
import type { Bench } from './bench.js';

/** How a fault is tried, and what it may do to the images meanwhile. */
export interface FaultSettings {
  /** As the table calls it. */
  name: string;
  /** Settings that the app gets for this fault alone. */
  env?: Partial<Record<keyof Env, string>>;
  /** Codes with which an image may end; without them every image has to be completed. */
  mayFail?: string[];
  /** Uploads may be refused with 503 meanwhile. */
  mayRefuse?: boolean;
  /** Images may be charged more than their one try: the fault is theirs or their server's. */
  charges?: boolean;
  /** Shops of the catalogs that are uploaded all the time; all of them otherwise. */
  origins?(bench: Bench): string[];
  /** Before the app starts. Answers why the fault can't be tried here, or nothing. */
  prepare?(bench: Bench): Promise<string | undefined>;
  /** After the app has stopped. */
  tidy?(bench: Bench): Promise<void>;
}
