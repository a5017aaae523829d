import type { Findings } from './audit.js';

export interface RunOptions {
  isQuick: boolean;
  /** Total number of images in the first two catalogs. More catalogs follow during the fault. */
  imageCount: number;
}

export interface RunResult extends Findings {
  fault: string;
  injectionCount: number;
  imageCount: number;
  /** Longest recovery of all injections. */
  secondsToRecover?: number;
  /** Slowest response of `/health/live` while the app was running. */
  slowestHealthMs: number;
  /** Number of connections to an address that must not be contacted. */
  forbiddenConnectionCount: number;
  /** Duration, including preparation and cleanup. */
  seconds: number;
  /** Part of `seconds` that was spent on pauses and on waiting for conditions. */
  waitedSeconds: number;
  notes: string[];
}
