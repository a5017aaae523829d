import type { CsvProblem } from '../../api/types.js';
import { formatCount, formatQuantity } from '../../format.js';
import type { Catalog } from '../catalog.js';
import type { Refusal } from '../check/check.js';
import { ProblemRows } from '../check/problem-table.js';
import { LinksForm } from './paste-links.js';

interface Props {
  /** Line of each row in the refused list. */
  lines: number[];
  problem: Refusal;
  text: string;
  busy: boolean;
  onText: (text: string) => void;
  onCatalog: (catalog: Catalog) => void;
  onStartOver: () => void;
}

/** Pasted links, some of them invalid. Lists them by line above the list to correct. */
export function RefusedLinks({ lines, problem, onStartOver, ...form }: Props) {
  const errors = problem.errors ?? [];
  const total = problem.error_count ?? errors.length;
  return (
    <div class="stack refused">
      <div class="row spread">
        <h1 tabIndex={-1}>Pasted links</h1>
        <button class="button quiet" type="button" onClick={onStartOver}>
          Back to the start
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
            render={(error) => (
              <>
                <td class="number">{lineNumber(error, lines)}</td>
                <td>{withoutEntryNumber(error)}</td>
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

const lineNumber = ({ row }: CsvProblem, lines: number[]) => (row && lines[row - 1]) ?? '–';

/** Message without the word "cell", because the user pasted lines. */
const withoutEntryNumber = ({ message }: CsvProblem) => message.replace(/^Entry \d+: /, '');
