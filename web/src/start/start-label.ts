import type { FileProblem, UploadCheck } from '../api/types.js';
import { formatQuantity } from '../format.js';

/** Returns the label of the start button, for example “Compress 12 images” or “Skip 5 rows and continue”. */
export function getStartLabel({ problems, images }: UploadCheck, willCompress: boolean): string {
  const { count: total, listed } = problems;
  if (total === 0)
    return `${willCompress ? 'Compress' : 'Check'} ${formatQuantity(images, 'image')}`;
  if (total > listed.length) return `Skip ${formatQuantity(total, 'problem')} and continue`;
  return `Skip ${formatQuantity(countRows(listed), 'row')} and continue`;
}

/** Describes the rows with problems, for example “5 rows”. */
export const describeAffectedRows = ({ count: total, listed }: UploadCheck['problems']): string =>
  total > listed.length ? 'the rows below and more' : formatQuantity(countRows(listed), 'row');

const countRows = (problems: FileProblem[]): number =>
  new Set(problems.map(({ row, line }) => row ?? `line ${line}`)).size;
