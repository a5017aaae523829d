import type { UploadChecked } from '../api/types.js';
import { count, counted } from '../format.js';
import { downloadProblems } from './problems-csv.js';
import { ProblemTable } from './problem-table.js';
import { affectedRows } from './start-words.js';

interface Props {
  name: string;
  problems: UploadChecked['problems'];
}

/** Lists the rows that are skipped when the person continues, and their fixes. */
export function RowProblems({ name, problems }: Props) {
  const { count: total, listed } = problems;
  return (
    <details class="sheet row-problems" open>
      <summary>
        <strong>{counted(total, 'problem')}</strong>
        <span class="soft"> in {affectedRows(problems)}</span>
      </summary>
      <div class="stack">
        <p>
          You can continue. Rows with a problem stay in your file as they are. You can fix their
          links later under Problems.
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
