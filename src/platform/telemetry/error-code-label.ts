import { STATUS_CODES } from 'node:http';

/** Maximum number of distinct labels. There are far fewer documented codes. */
const MAX_CODE_LABELS = 300;

const knownCodes = new Set<string>();

/**
 * Returns the value of the label `code` for an error code. Origins can send any status, so unregistered
 * statuses (RFC 9110, 16.2) share one value.
 */
export function toErrorCodeLabel(code: string): string {
  const [, status] = /^http_(\d+)$/.exec(code) ?? [];
  if (status !== undefined) return status in STATUS_CODES ? code : 'http_other';
  if (knownCodes.has(code)) return code;
  if (knownCodes.size >= MAX_CODE_LABELS) return 'other';
  knownCodes.add(code);
  return code;
}
