import type { FileProblem, UploadCheck } from '../api/types.js';
import { formatCount, formatQuantity } from '../format.js';

/** Returns the label of the start button, for example “Compress 12 images” or “Continue without these 5 rows”. */
export function getStartLabel({ problems, images }: UploadCheck, isCompressed: boolean): string {
  const { count: total, listed } = problems;
  if (total === 0)
    return `${isCompressed ? 'Compress' : 'Check'} ${formatQuantity(images, 'image')}`;
  if (total > listed.length) return `Continue without these ${formatQuantity(total, 'problem')}`;
  const rows = countRows(listed);
  return rows === 1
    ? 'Continue without this row'
    : `Continue without these ${formatCount(rows)} rows`;
}

/** Describes the rows with problems, for example “5 rows”. */
export const describeAffectedRows = ({ count: total, listed }: UploadCheck['problems']): string =>
  total > listed.length ? 'the rows below and more' : formatQuantity(countRows(listed), 'row');

const countRows = (problems: FileProblem[]): number =>
  new Set(problems.map(({ row, line }) => row ?? `line ${line}`)).size;
