/** Number format of a cell. */
export type NumberFormat =
  | { kind: 'number' }
  | { kind: 'date' }
  /** A format such as `00000`, which sets a minimum number of digits. */
  | { kind: 'padded'; digits: number };

/** Number of significant digits that Excel keeps. */
const SIGNIFICANT_DIGITS = 15;
const DAY_MS = 86_400_000;
/** Number of days from 1899-12-30, which is Excel's day 0, to 1970-01-01. */
const EPOCH_1900_DAYS = 25_569;
/** Number of days from 1904-01-01 to 1970-01-01. */
const EPOCH_1904_DAYS = 24_107;
/** 9999-12-31, Excel's last day. */
const MAX_DAY = 2_958_465;

/** Formats the value of a number cell without an exponent or digit grouping. */
export function formatNumber(
  value: string,
  format: NumberFormat | undefined,
  uses1904Dates: boolean,
): string {
  if (format === undefined || format.kind === 'number') return formatPlainNumber(value);
  if (format.kind === 'padded') return padNumber(formatPlainNumber(value), format.digits);
  return formatDate(value, uses1904Dates) ?? formatPlainNumber(value);
}

/** Returns 4006381333931 for `4.006381333931E12`, and 19.99 for 19.989999999999998. */
function formatPlainNumber(value: string): string {
  if (/^-?\d{1,15}$/.test(value) || /^-?\d{1,60}$/.test(value)) return value;
  const number = Number(value);
  if (value.trim() === '' || !Number.isFinite(number)) return value;
  const roundedNumber = Number(number.toPrecision(SIGNIFICANT_DIGITS));
  const text = String(roundedNumber);
  if (!text.includes('e')) return text;
  if (Math.abs(roundedNumber) >= 1) return BigInt(roundedNumber).toString();
  const exponent = Number(text.slice(text.indexOf('e') + 1));
  return trimZeros(roundedNumber.toFixed(Math.min(100, SIGNIFICANT_DIGITS - exponent)));
}

function trimZeros(text: string): string {
  let end = text.length;
  while (text[end - 1] === '0') end--;
  return text.slice(0, text[end - 1] === '.' ? end - 1 : end);
}

const padNumber = (text: string, digits: number): string =>
  /^\d+$/.test(text) ? text.padStart(digits, '0') : text;

/** Returns a date, a time (`08:30:00`) or both in ISO 8601. Undefined for a number outside the range of dates. */
function formatDate(value: string, uses1904Dates: boolean): string | undefined {
  const days = Number(value);
  if (value.trim() === '' || !(days >= 0 && days <= MAX_DAY)) return undefined;
  // Excel counts the nonexistent day 1900-02-29, so earlier days are off by one.
  const dayOffset = !uses1904Dates && days < 60 ? 1 : 0;
  const epoch = uses1904Dates ? EPOCH_1904_DAYS : EPOCH_1900_DAYS;
  const seconds = Math.round(((days + dayOffset - epoch) * DAY_MS) / 1000);
  const iso = new Date(seconds * 1000).toISOString();
  const time = iso.slice(11, 19);
  if (days < 1) return time;
  return time === '00:00:00' ? iso.slice(0, 10) : `${iso.slice(0, 10)}T${time}`;
}
