import { error, type Finding, ok, warning } from './finding.js';

/** Limits of a clock difference, in seconds. */
export interface ClockLimits {
  warning: number;
  error: number;
}

/** Time of a server, and the times of this machine before and after the call, in milliseconds. */
export interface ClockReading {
  serverMs: number;
  beforeMs: number;
  afterMs: number;
  /** Resolution of the server's time; 1000 for an HTTP `Date` header. */
  resolutionMs?: number;
}

/**
 * Returns the minimum clock difference in seconds, given the duration of the call and the
 * resolution.
 */
export function clockDifference({ serverMs, beforeMs, afterMs, resolutionMs = 1 }: ClockReading) {
  if (serverMs > afterMs) return (serverMs - afterMs) / 1000;
  const latest = serverMs + resolutionMs;
  return latest < beforeMs ? (latest - beforeMs) / 1000 : 0;
}

/** Compares the clock of a server with the local clock. */
export function checkClock(
  check: string,
  server: string,
  reading: ClockReading,
  limits: ClockLimits,
): Finding {
  const seconds = clockDifference(reading);
  const size = Math.abs(seconds);
  if (size < limits.warning) {
    return ok(check, `The clocks of this machine and of ${server} agree.`);
  }
  const message = `The clock of ${server} is ${Math.round(size)} s ${seconds > 0 ? 'ahead of' : 'behind'} the clock of this machine.`;
  const fix = 'Synchronize both clocks with NTP, e.g. with chrony or systemd-timesyncd.';
  return size < limits.error ? warning(check, message, fix) : error(check, message, fix);
}
