import { error, type Finding, ok, warning } from './finding.js';

/** Clock offsets at which a finding becomes a warning or an error. */
export interface ClockLimits {
  warningSeconds: number;
  errorSeconds: number;
}

/** Time of a server, and local times before and after the call, in milliseconds. */
export interface ClockReading {
  serverMs: number;
  beforeMs: number;
  afterMs: number;
  /** Resolution of the server's time; 1000 for an HTTP `Date` header. */
  resolutionMs?: number;
}

/**
 * Returns the minimum clock offset in seconds, taking into account the duration of the call and the
 * resolution.
 */
export function computeClockOffsetSeconds({
  serverMs,
  beforeMs,
  afterMs,
  resolutionMs = 1,
}: ClockReading) {
  if (serverMs > afterMs) return (serverMs - afterMs) / 1000;
  const latestServerMs = serverMs + resolutionMs;
  return latestServerMs < beforeMs ? (latestServerMs - beforeMs) / 1000 : 0;
}

/** Compares the clock of a server with the local clock. */
export function checkClock(
  check: string,
  server: string,
  reading: ClockReading,
  limits: ClockLimits,
): Finding {
  const offsetSeconds = computeClockOffsetSeconds(reading);
  const absoluteSeconds = Math.abs(offsetSeconds);
  if (absoluteSeconds < limits.warningSeconds) {
    return ok(check, `The clocks of this machine and ${server} agree.`);
  }
  const message = `The clock of ${server} is ${Math.round(absoluteSeconds)} s ${offsetSeconds > 0 ? 'ahead of' : 'behind'} this machine's clock.`;
  const fix = 'Synchronize both clocks with NTP, e.g. with chrony or systemd-timesyncd.';
  return absoluteSeconds < limits.errorSeconds
    ? warning(check, message, fix)
    : error(check, message, fix);
}
