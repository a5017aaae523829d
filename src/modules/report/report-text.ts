const ENTITIES: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Escapes the characters that have a meaning in HTML. */
export const escapeHtml = (text: string): string =>
  text.replace(/[&<>"']/g, (char) => ENTITIES[char]);

const NUMBER_FORMAT = new Intl.NumberFormat('en-US');

export const formatCount = (value: number): string => NUMBER_FORMAT.format(value);

/** Returns a text such as `1 image` or `2 images`. */
export const formatQuantity = (value: number, noun: string): string =>
  `${formatCount(value)} ${noun}${value === 1 ? '' : 's'}`;

/** Formats bytes in decimal units. */
export function formatBytes(value: number): string {
  const units = ['bytes', 'kB', 'MB', 'GB', 'TB'];
  const power = Math.min(
    units.length - 1,
    Math.max(0, Math.floor(Math.log10(Math.abs(value) || 1) / 3)),
  );
  return `${(value / 1000 ** power).toFixed(power === 0 ? 0 : 1)} ${units[power]}`;
}

/** Formats a duration in seconds, minutes or hours. */
export function formatDuration(seconds: number): string {
  if (Math.abs(seconds) < 120) return `${seconds} s`;
  return Math.abs(seconds) < 7200
    ? `${Math.round(seconds / 60)} min`
    : `${(seconds / 3600).toFixed(1)} h`;
}

/** Formats a time of the API, such as `2026-01-31 09:00 UTC`. */
export const formatDateTime = (iso: string): string => `${iso.slice(0, 16).replace('T', ' ')} UTC`;
