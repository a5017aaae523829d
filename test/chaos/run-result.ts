import type { Findings } from './audit.js';

export interface RunOptions {
  quick: boolean;
  /** Images of the first two catalogs together. Others follow during the fault. */
  images: number;
}

export interface RunResult extends Findings {
  fault: string;
  injected: number;
  images: number;
  /** Longest recovery of all injections. */
  secondsToRecover?: number;
  /** Slowest answer of `/health/live` while the app was running. */
  slowestHealthMs: number;
  /** Connections to an address that must not be contacted. */
  forbidden: number;
  /** Duration, preparation and clean-up included. */
  seconds: number;
  /** Part of the duration that was spent on pauses and on conditions. */
  waitedSeconds: number;
  notes: string[];
}
