import type { FileProblem } from '../../api/types.js';
import { formatCount, formatQuantity } from '../../format.js';
import type { Catalog } from '../catalog.js';
import type { Rejection } from '../check/check-catalog.js';
import { ProblemRows } from '../check/problem-table.js';
import { LinksForm } from './paste-links.js';

interface Props {
  /** Line number in the pasted text for each rejected row. */
  lineNumbers: number[];
  problem: Rejection;
  text: string;
  isBusy: boolean;
  onText: (text: string) => void;
  onCatalog: (catalog: Catalog) => void;
  onStartOver: () => void;
}

/** Lists the invalid pasted links by line, above a form to correct them. */
export function RejectedLinks({ lineNumbers, problem, onStartOver, ...form }: Props) {
  const errors = problem.errors ?? [];
  const total = problem.error_count ?? errors.length;
  return (
    <div class="stack rejected">
      <div class="row spread">
        <h1 tabIndex={-1}>Pasted links</h1>
        <button class="button quiet" type="button" onClick={onStartOver}>
          Start over
        </button>
      </div>
      <div class="notice bad" role="alert">
        {total > 0 ? (
          <>
            <strong>{`${formatQuantity(total, 'link')} to fix`}</strong>. Correct the list here,
            then check again.
          </>
        ) : (
          problem.detail
        )}
      </div>
      {errors.length > 0 && (
        <div class="sheet scroll-x" tabIndex={0} role="region" aria-label="Problems">
          <ProblemRows
            class="problems links"
            columns={['Line', 'Problem']}
            problems={errors}
            renderCells={(error) => (
              <>
                <td class="number">{getLineNumber(error, lineNumbers)}</td>
                <td>{removeEntryNumber(error)}</td>
              </>
            )}
          />
          {total > errors.length && (
            <p class="soft small">and {formatCount(total - errors.length)} more</p>
          )}
        </div>
      )}
      <LinksForm {...form} />
    </div>
  );
}

const getLineNumber = ({ row }: FileProblem, lineNumbers: number[]) =>
  (row && lineNumbers[row - 1]) ?? '–';

/** Removes the entry number of a cell, because the user pasted lines. */
const removeEntryNumber = ({ message }: FileProblem) => message.replace(/^Entry \d+: /, '');
