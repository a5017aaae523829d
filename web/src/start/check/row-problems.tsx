import type { UploadCheck } from '../../api/types.js';
import { formatCount, formatQuantity } from '../../format.js';
import { DownloadProblems } from './download-problems.js';
import type { Draft } from '../stored-draft.js';
import { ProblemTable } from './problem-table.js';
import { describeAffectedRows } from '../start-label.js';

interface Props {
  draft: Draft;
  problems: UploadCheck['problems'];
}

/** Lists the problems in rows that are skipped if the user continues. */
export function RowProblems({ draft, problems }: Props) {
  const { count: total, listed } = problems;
  return (
    <details class="sheet row-problems" open>
      <summary>
        <strong>{formatQuantity(total, 'problem')}</strong>
        <span class="soft"> in {describeAffectedRows(problems)}</span>
      </summary>
      <div class="stack">
        <p>
          You can continue. Rows with problems are skipped and stay unchanged in your file. You can
          fix their links later under Problems.
        </p>
        <div class="row spread">
          <h2>
            {total > listed.length
              ? `The first ${formatCount(listed.length)} of ${formatQuantity(total, 'problem')}`
              : 'Problems found'}
          </h2>
          <DownloadProblems draft={draft} />
        </div>
        <ProblemTable problems={listed} />
      </div>
    </details>
  );
}
