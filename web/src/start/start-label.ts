import type { CsvProblem, UploadChecked } from '../api/types.js';
import { formatCount, formatQuantity } from '../format.js';

/** Label of the start button: “Continue without these 5 rows”, “Compress 12 images” or “Check 12 images”. */
export function startLabel({ problems, images }: UploadChecked, isCompressed: boolean): string {
  const { count: total, listed } = problems;
  if (total === 0)
    return `${isCompressed ? 'Compress' : 'Check'} ${formatQuantity(images, 'image')}`;
  if (total > listed.length) return `Continue without these ${formatQuantity(total, 'problem')}`;
  const rows = countRows(listed);
  return rows === 1
    ? 'Continue without this row'
    : `Continue without these ${formatCount(rows)} rows`;
}

/** Returns a text such as “5 rows”. Counts problems instead of rows when the list is truncated. */
export const affectedRows = ({ count: total, listed }: UploadChecked['problems']): string =>
  total > listed.length ? 'the rows below and more' : formatQuantity(countRows(listed), 'row');

const countRows = (problems: CsvProblem[]): number =>
  new Set(problems.map(({ row, line }) => row ?? `line ${line}`)).size;
