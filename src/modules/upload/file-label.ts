const MAX_LENGTH = 200;

/** A client's file name as a label to show: no path, no control or direction characters, bounded. */
export function fileLabel(name: string): string {
  const base = name.replace(/^.*[\\/]/s, '');
  const printable = base.replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, '').trim();
  return Array.from(printable).slice(0, MAX_LENGTH).join('') || 'upload.csv';
}
