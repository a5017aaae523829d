/** Language of the page, for numbers and dates. */
const LANGUAGE = 'en';
const integerFormat = new Intl.NumberFormat(LANGUAGE);
const oneDecimalFormat = new Intl.NumberFormat(LANGUAGE, { maximumFractionDigits: 1 });
const UNITS = ['B', 'kB', 'MB', 'GB', 'TB'];

export const formatCount = (value: number): string => integerFormat.format(value);

const pluralRules = new Intl.PluralRules(LANGUAGE);

/** Returns `1 image` or `2 images`. */
export const formatQuantity = (value: number, singular: string, plural = `${singular}s`): string =>
  `${integerFormat.format(value)} ${getPluralForm(value, singular, plural)}`;

/** Returns the singular or plural noun without the number. */
export const getPluralForm = (value: number, singular: string, plural = `${singular}s`): string =>
  pluralRules.select(value) === 'one' ? singular : plural;

/** Formats bytes in decimal units, as file managers and hosting companies do. */
export function formatBytes(value: number): string {
  let [scaled, unit] = [value, 0];
  while (Math.abs(scaled) >= 999.5 && unit < UNITS.length - 1) {
    scaled /= 1000;
    unit += 1;
  }
  const digits = unit === 0 || Math.abs(scaled) >= 100 ? 0 : 1;
  return `${scaled.toFixed(digits).replace(/\.0$/, '')} ${UNITS[unit]}`;
}

/** Formats a limit in binary units, as the server's messages do. */
export const formatMegabytes = (value: number): string =>
  `${oneDecimalFormat.format(value / 1024 / 1024)} MB`;

export const formatPercent = (value: number): string => `${oneDecimalFormat.format(value)}%`;

/** Returns `62% smaller`, `146% larger` or `same size`. */
export function formatSizeChange(bytesIn: number, bytesOut: number): string {
  if (bytesIn === 0) return '';
  if (bytesIn === bytesOut) return 'same size';
  const percent = (Math.abs(bytesIn - bytesOut) / bytesIn) * 100;
  // Never returns 100% smaller, or 0% for a real change.
  const rounded = bytesOut < bytesIn ? Math.min(99, Math.round(percent)) : Math.round(percent);
  const direction = bytesOut < bytesIn ? 'smaller' : 'larger';
  return `${rounded === 0 ? '<1' : integerFormat.format(rounded)}% ${direction}`;
}

/** Returns the size difference and the label `Saved` or `Added`. */
export const formatDifference = (bytesIn: number, bytesOut: number) => ({
  label: bytesOut > bytesIn ? 'Added' : 'Saved',
  size: formatBytes(Math.abs(bytesIn - bytesOut)),
});

export function formatRate(perSecond: number): string {
  if (perSecond >= 10) return integerFormat.format(Math.round(perSecond));
  return oneDecimalFormat.format(perSecond);
}

/** Returns a rounded duration such as `40 s`, `3 min` or `1 h 20 min`. */
export function formatDuration(seconds: number): string {
  if (seconds < 90) return `${Math.max(0, Math.round(seconds))} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  const [hours, remainingMinutes] = [Math.floor(minutes / 60), minutes % 60];
  if (hours < 48)
    return remainingMinutes === 0 || hours > 9
      ? `${hours} h`
      : `${hours} h ${remainingMinutes} min`;
  return `${Math.round(hours / 24)} days`;
}

const dateTimeFormat = new Intl.DateTimeFormat(undefined, {
  dateStyle: 'medium',
  timeStyle: 'short',
});
const timeFormat = new Intl.DateTimeFormat(undefined, { timeStyle: 'medium' });

export const formatDateTime = (iso: string): string => dateTimeFormat.format(new Date(iso));
export const formatTime = (iso: string): string => timeFormat.format(new Date(iso));

const dateFormat = new Intl.DateTimeFormat(LANGUAGE, { dateStyle: 'long', timeZone: 'UTC' });

/** Formats a date without a time, such as `26 November 2026`. */
export const formatDate = (iso: string): string => dateFormat.format(new Date(iso));
