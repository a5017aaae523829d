import { count, counted } from '../format.js';
import type { Refusal } from './check.js';
import { inColumnWords } from './column-words.js';
import { FileSettings } from './file-settings.js';
import type { FileOptions } from './file-options.js';
import { downloadProblems } from './problems-csv.js';
import { ProblemTable } from './problem-table.js';

interface Props {
  name: string;
  problem: Refusal;
  options: FileOptions;
  onRead: (options: FileOptions) => void;
  onStartOver: () => void;
}

/** Lists the reasons for a refused file and offers the options for reading it. */
export function RefusedCatalog({ name, problem, options, onRead, onStartOver }: Props) {
  const errors = problem.errors ?? [];
  const total = problem.error_count ?? errors.length;
  const isOneOfFile = total === 1 && errors[0]?.row === null;
  return (
    <div class="stack refused">
      <div class="row spread">
        <h1 class="breakable" tabIndex={-1}>
          {name}
        </h1>
        <button class="button primary" type="button" onClick={onStartOver}>
          Choose another file
        </button>
      </div>
      <div class="notice bad" role="alert">
        {total > 0 && !isOneOfFile ? (
          <>
            <strong>{`${counted(total, 'problem')} to fix`}</strong>. Correct the file, then choose
            it again.
          </>
        ) : (
          <>
            <strong>This can’t be used.</strong> {inColumnWords(problem.detail)}
          </>
        )}
      </div>
      {errors.length > 0 && !isOneOfFile && (
        <section class="sheet stack" aria-labelledby="problems">
          <div class="row spread">
            <h2 id="problems">
              {total > errors.length
                ? `The first ${count(errors.length)} of ${counted(total, 'problem')}`
                : 'Problems found'}
            </h2>
            <button
              class="button tiny"
              type="button"
              onClick={() => downloadProblems(name, errors)}
            >
              Download the problems
            </button>
          </div>
          <ProblemTable problems={errors} />
        </section>
      )}
      <FileSettings options={options} open onChange={onRead} />
    </div>
  );
}
