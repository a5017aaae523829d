import { STATUS_CODES } from 'node:http';

/** Far above the number of documented codes. */
const MAX_CODES = 300;

const seen = new Set<string>();

/**
 * Returns the value of the label `code` for an error code. Origins choose their status, so statuses that are
 * not registered (RFC 9110, 16.2) share one value.
 */
export function errorCodeLabel(code: string): string {
  const [, status] = /^http_(\d+)$/.exec(code) ?? [];
  if (status !== undefined) return status in STATUS_CODES ? code : 'http_other';
  if (seen.has(code)) return code;
  if (seen.size >= MAX_CODES) return 'other';
  seen.add(code);
  return code;
}
