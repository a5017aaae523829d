import { formatCount, formatQuantity } from '../../format.js';
import { getCatalogTitle } from '../catalog.js';
import type { Rejection } from './check-catalog.js';
import { toPageLabels } from './page-labels.js';
import { FileSettings } from '../options/file-settings.js';
import type { FileOptions } from '../options/file-options.js';
import type { Draft } from '../stored-draft.js';
import { MappingTable } from './mapping-table.js';
import { DownloadProblems } from './download-problems.js';
import { ProblemTable } from './problem-table.js';

interface Props {
  draft: Draft;
  problem: Rejection;
  isBusy: boolean;
  onFileOptionsChange: (options: FileOptions) => void;
  onStartOver: () => void;
}

/** Lists the problems of a rejected file and lets the user change how it is read. */
export function RejectedCatalog({
  draft,
  problem,
  isBusy,
  onFileOptionsChange,
  onStartOver,
}: Props) {
  const { fileOptions: options } = draft;
  const errors = problem.errors ?? [];
  const total = problem.error_count ?? errors.length;
  const isWholeFileProblem = total === 1 && errors[0]?.row === null;
  return (
    <div class="stack rejected">
      <div class="row spread">
        <h1 class="breakable" tabIndex={-1}>
          {getCatalogTitle(draft.catalog)}
        </h1>
        <button class="button primary" type="button" onClick={onStartOver}>
          Choose another file
        </button>
      </div>
      <div class="notice bad" role="alert">
        {total > 0 && !isWholeFileProblem ? (
          <>
            <strong>{`${formatQuantity(total, 'problem')} to fix`}</strong>. Correct the file and
            choose it again, or change the file settings.
          </>
        ) : (
          <>
            <strong>This file can’t be used.</strong> {toPageLabels(problem.detail)}
          </>
        )}
      </div>
      {errors.length > 0 && !isWholeFileProblem && (
        <section class="sheet stack" aria-labelledby="problems">
          <div class="row spread">
            <h2 id="problems">
              {total > errors.length
                ? `The first ${formatCount(errors.length)} of ${formatQuantity(total, 'problem')}`
                : 'Problems found'}
            </h2>
            <DownloadProblems draft={draft} />
          </div>
          <ProblemTable problems={errors} />
        </section>
      )}
      {problem.header && (
        <MappingTable
          response={{ header: problem.header, preview: [] }}
          options={options}
          isBusy={isBusy}
          onChange={onFileOptionsChange}
        />
      )}
      <FileSettings options={options} isOpen onChange={onFileOptionsChange} />
    </div>
  );
}
