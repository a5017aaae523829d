const HTML_ENTITIES: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Escapes characters with a special meaning in HTML. */
export const escapeHtml = (text: string): string =>
  text.replace(/[&<>"']/g, (char) => HTML_ENTITIES[char]);

const NUMBER_FORMAT = new Intl.NumberFormat('en-US');

export const formatCount = (value: number): string => NUMBER_FORMAT.format(value);

/** Formats a quantity, for example `1 image` or `2 images`. */
export const formatQuantity = (value: number, noun: string): string =>
  `${formatCount(value)} ${noun}${value === 1 ? '' : 's'}`;

/** Formats bytes in decimal units. */
export function formatBytes(value: number): string {
  const units = ['bytes', 'kB', 'MB', 'GB', 'TB'];
  const unitIndex = Math.min(
    units.length - 1,
    Math.max(0, Math.floor(Math.log10(Math.abs(value) || 1) / 3)),
  );
  return `${(value / 1000 ** unitIndex).toFixed(unitIndex === 0 ? 0 : 1)} ${units[unitIndex]}`;
}

/** Formats a duration in seconds, minutes or hours. */
export function formatDuration(seconds: number): string {
  if (Math.abs(seconds) < 120) return `${seconds} s`;
  return Math.abs(seconds) < 7200
    ? `${Math.round(seconds / 60)} min`
    : `${(seconds / 3600).toFixed(1)} h`;
}

/** Formats an ISO 8601 time, for example as `2026-01-31 09:00 UTC`. */
export const formatDateTime = (iso: string): string => `${iso.slice(0, 16).replace('T', ' ')} UTC`;
