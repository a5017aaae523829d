/** Labels of this page by API form field and by output field. */
const LABELS = new Map([
  ['quality', 'Quality'],
  ['format', 'Format'],
  ['max_width', 'Maximum width'],
  ['max_height', 'Maximum height'],
  ['max_bytes', 'File size'],
  ['outputs', 'Outputs'],
  ['srcset', 'Srcset column'],
  ['preset', 'Marketplace'],
  ['audit', 'Marketplace check'],
  ['audit_only', 'Marketplace check'],
  ['effort', 'Effort'],
  ['metadata', 'Metadata'],
  ['filename_template', 'File names'],
  ['webhook_url', 'Webhook URL'],
  ['name', 'Name'],
  ['fit', 'Fit'],
  ['width', 'Width'],
  ['height', 'Height'],
  ['background', 'Background'],
  ['trim', 'Trim uniform borders'],
  ['padding', 'Margin'],
  ['enlarge', 'Enlarge small images'],
]);

/** Returns the label of a field such as `max_bytes` or `outputs[1].width`; undefined if the page has none. */
export function findLabel(field: string): string | undefined {
  const [, index, member] = /^outputs\[(\d{1,3})\](?:\.(\w{1,40}))?$/.exec(field) ?? [];
  if (index === undefined) return LABELS.get(field);
  const output = `Output ${Number(index) + 1}`;
  if (member === undefined) return output;
  const label = LABELS.get(member);
  return label && `${output}, ${label.toLowerCase()}`;
}

/**
 * Replaces the field name at the start of an API message with the label. Removes the name if a colon follows.
 */
export function replaceFieldName(field: string, message: string): string {
  const label = findLabel(field);
  if (label === undefined || !message.startsWith(field)) return message;
  const remainder = message.slice(field.length);
  if (remainder.startsWith(': ')) return remainder.slice(2);
  return remainder.startsWith(' ') ? label + remainder : message;
}
