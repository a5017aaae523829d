import type { UploadChecked } from '../api/types.js';
import { count, counted } from '../format.js';
import { downloadProblems } from './problems-csv.js';
import { ProblemTable } from './problem-table.js';

interface Props {
  name: string;
  problems: UploadChecked['problems'];
}

/** What is left out when the person continues, and how to correct it. */
export function RowProblems({ name, problems: { count: total, listed } }: Props) {
  return (
    <details class="sheet row-problems">
      <summary>
        <strong>{counted(total, 'problem')}</strong>
        <span class="soft"> in {affected(total, listed)}</span>
      </summary>
      <div class="stack">
        <p>
          You can continue without them. The rows stay in your file as they are, and their broken
          links are listed under Problems, where you can fix them at any time.
        </p>
        <div class="row spread">
          <h2>
            {total > listed.length
              ? `The first ${count(listed.length)} of ${counted(total, 'problem')}`
              : 'Problems found'}
          </h2>
          <button class="button tiny" type="button" onClick={() => downloadProblems(name, listed)}>
            Download the problems
          </button>
        </div>
        <ProblemTable problems={listed} />
      </div>
    </details>
  );
}

/** “5 rows”; of a cut list only the problems can be counted. */
function affected(total: number, listed: UploadChecked['problems']['listed']): string {
  if (total > listed.length) return 'the rows below and more';
  return counted(new Set(listed.map(({ row, line }) => row ?? `line ${line}`)).size, 'row');
}

/** The button that starts: “Continue without these 5 rows”, “Compress 12 images”. */
export function startWords({ problems, images }: UploadChecked): string {
  const { count: total, listed } = problems;
  if (total === 0) return `Compress ${counted(images, 'image')}`;
  if (total > listed.length) return `Continue without these ${counted(total, 'problem')}`;
  const rows = new Set(listed.map(({ row, line }) => row ?? `line ${line}`)).size;
  return rows === 1 ? 'Continue without this row' : `Continue without these ${count(rows)} rows`;
}
