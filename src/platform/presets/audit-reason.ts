/** Reason codes, in the order in which they are reported. They are stored and never change. */
export const AUDIT_REASON_CODES = [
  'format_not_accepted',
  'animated',
  'too_small',
  'source_too_small',
  'side_too_long',
  'too_many_pixels',
  'file_too_large',
  'extension_mismatch',
] as const;
export type AuditReasonCode = (typeof AUDIT_REASON_CODES)[number];

/** One reason why a marketplace may reject an image. */
export interface AuditReason {
  code: AuditReasonCode;
  /** The value that violates the limit, without separators: `320x240`, `17000000`, `avif`. */
  actual: string;
}

const isAuditReasonCode = (code: string): code is AuditReasonCode =>
  (AUDIT_REASON_CODES as readonly string[]).includes(code);

/** Converts reasons to the entries of their stored form, such as `too_small:320x240`. */
export const toAuditEntries = (reasons: readonly AuditReason[]): string[] =>
  reasons.map(({ code, actual }) => `${code}:${actual}`);

/** Parses the stored form, which is a comma-separated list of entries. Skips codes that a later version added. */
export function parseAuditText(text: string): AuditReason[] {
  return text.split(',').flatMap((entry) => {
    const [code, actual = ''] = entry.split(':');
    return isAuditReasonCode(code) ? [{ code, actual }] : [];
  });
}
