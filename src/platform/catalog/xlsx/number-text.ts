/** Display of a cell's number. */
export type NumberFormat =
  | { kind: 'number' }
  | { kind: 'date' }
  /** `00000`: minimum number of digits. */
  | { kind: 'padded'; digits: number };

/** Number of significant digits that Excel keeps. */
const EXCEL_DIGITS = 15;
const MILLISECONDS_OF_DAY = 86_400_000;
/** Days from 1899-12-30, on which Excel's day 0 falls, and from 1904-01-01 to 1970-01-01. */
const EPOCH_1900 = 25_569;
const EPOCH_1904 = 24_107;
/** 9999-12-31, Excel's last day. */
const MAX_DAY = 2_958_465;

/** Returns the text of a number cell: its value, without exponent and grouping. */
export function numberText(
  value: string,
  format: NumberFormat | undefined,
  isFrom1904: boolean,
): string {
  if (format === undefined || format.kind === 'number') return plainNumber(value);
  if (format.kind === 'padded') return padNumber(plainNumber(value), format.digits);
  return dateText(value, isFrom1904) ?? plainNumber(value);
}

/** `4.006381333931E12` is 4006381333931, and 19.989999999999998 is 19.99. */
function plainNumber(value: string): string {
  if (/^-?\d{1,15}$/.test(value) || /^-?\d{1,60}$/.test(value)) return value;
  const number = Number(value);
  if (value.trim() === '' || !Number.isFinite(number)) return value;
  const short = Number(number.toPrecision(EXCEL_DIGITS));
  const text = String(short);
  if (!text.includes('e')) return text;
  if (Math.abs(short) >= 1) return BigInt(short).toString();
  const exponent = Number(text.slice(text.indexOf('e') + 1));
  return trimZeros(short.toFixed(Math.min(100, EXCEL_DIGITS - exponent)));
}

function trimZeros(text: string): string {
  let end = text.length;
  while (text[end - 1] === '0') end--;
  return text.slice(0, text[end - 1] === '.' ? end - 1 : end);
}

const padNumber = (text: string, digits: number): string =>
  /^\d+$/.test(text) ? text.padStart(digits, '0') : text;

/** Returns ISO 8601: a date, a time (`08:30:00`) or both. Undefined for a number outside the range of dates. */
function dateText(value: string, isFrom1904: boolean): string | undefined {
  const days = Number(value);
  if (value.trim() === '' || !(days >= 0 && days <= MAX_DAY)) return undefined;
  // Excel counts the nonexistent day 1900-02-29. Earlier days are therefore one less.
  const shift = !isFrom1904 && days < 60 ? 1 : 0;
  const epoch = isFrom1904 ? EPOCH_1904 : EPOCH_1900;
  const seconds = Math.round(((days + shift - epoch) * MILLISECONDS_OF_DAY) / 1000);
  const iso = new Date(seconds * 1000).toISOString();
  const time = iso.slice(11, 19);
  if (days < 1) return time;
  return time === '00:00:00' ? iso.slice(0, 10) : `${iso.slice(0, 10)}T${time}`;
}
