import type { ComponentChildren } from 'preact';
import { useId, useState } from 'preact/hooks';
import { usePoll } from '../parts/use-poll.js';
import { ErrorNotice } from '../parts/error-notice.js';
import { readOperator } from './client.js';

const REFRESH_MS = 5000;
const INITIAL_ROWS = 20;
/** Maximum of the API for one page. */
const MAX_ROWS = 200;

interface Page {
  next_cursor: string | null;
}

/** Polls a list of the operator API. `showMore` shows more rows, up to the maximum of one page. */
export function useListing<T extends Page>(path: string, version: number): Polled<T> {
  const [limit, setLimit] = useState(INITIAL_ROWS);
  const separator = path.includes('?') ? '&' : '?';
  const read = (signal: AbortSignal) =>
    readOperator<T>(`${path}${separator}limit=${limit}`, signal);
  const { data, error } = usePoll(read, REFRESH_MS, [path, limit, version]);
  const hasMore = data?.next_cursor != null;
  const showMore =
    hasMore && limit < MAX_ROWS ? () => setLimit(Math.min(MAX_ROWS, limit * 4)) : undefined;
  return { data, error, showMore };
}

interface Polled<T> {
  data: T | undefined;
  error: Error | undefined;
  showMore: (() => void) | undefined;
}

interface Props {
  title: string;
  /** Headings of the columns. */
  columns: string[];
  error: Error | undefined;
  /** Shows more rows; undefined if all are shown. */
  onShowMore?: () => void;
  /** Shown instead of a table without rows; undefined while the rows load. */
  emptyText: string | undefined;
  /** Controls next to the title. */
  controls?: ComponentChildren;
  rows: ComponentChildren[];
}

/** A section with a table. */
export function Listing({ title, columns, error, onShowMore, emptyText, controls, rows }: Props) {
  const id = useId();
  return (
    <section class="stack" aria-labelledby={id}>
      <div class="row spread">
        <h2 id={id}>{title}</h2>
        {controls}
      </div>
      <ErrorNotice error={error} isRetrying />
      {rows.length === 0 ? (
        emptyText !== undefined && <p class="soft">{emptyText}</p>
      ) : (
        <div
          class="sheet scroll-x table-sheet"
          tabIndex={0}
          role="region"
          aria-label={`Table: ${title}`}
        >
          <table class={`operator-table ${columns.at(-1) === 'Action' ? 'with-action' : ''}`}>
            <thead>
              <tr>
                {columns.map((column) => (
                  <th key={column} scope="col">
                    {column}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>{rows}</tbody>
          </table>
        </div>
      )}
      {onShowMore && (
        <div>
          <button class="button tiny" type="button" onClick={onShowMore}>
            Show more
          </button>
        </div>
      )}
    </section>
  );
}
