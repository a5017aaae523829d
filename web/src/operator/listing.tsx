import type { ComponentChildren } from 'preact';
import { useId, useState } from 'preact/hooks';
import { usePoll } from '../hooks/use-poll.js';
import { ErrorNotice } from '../components/error-notice.js';
import { getOperatorJson } from './operator-client.js';

const REFRESH_INTERVAL_MS = 5000;
const INITIAL_ROW_COUNT = 20;
/** Maximum page size of the API. */
const MAX_ROWS = 200;

interface Page {
  next_cursor: string | null;
}

/** Polls a list from the operator API. Reloads it when `version` changes. `showMore` requests more rows, up to the maximum page size. */
export function useListing<T extends Page>(path: string, version: number): ListingState<T> {
  const [limit, setLimit] = useState(INITIAL_ROW_COUNT);
  const separator = path.includes('?') ? '&' : '?';
  const read = (signal: AbortSignal) =>
    getOperatorJson<T>(`${path}${separator}limit=${limit}`, signal);
  const { data, error } = usePoll(read, REFRESH_INTERVAL_MS, [path, limit, version]);
  const hasMore = data?.next_cursor != null;
  const showMore =
    hasMore && limit < MAX_ROWS ? () => setLimit(Math.min(MAX_ROWS, limit * 4)) : undefined;
  return { data, error, showMore };
}

interface ListingState<T> {
  data: T | undefined;
  error: Error | undefined;
  showMore: (() => void) | undefined;
}

interface Props {
  title: string;
  /** Column headings. */
  columns: string[];
  error: Error | undefined;
  /** Shows more rows; undefined if all are shown. */
  onShowMore?: () => void;
  /** Text for an empty list; undefined while the rows load. */
  emptyText: string | undefined;
  /** Controls next to the title. */
  controls?: ComponentChildren;
  rows: ComponentChildren[];
}

/** Shows a section with a title and a table. */
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
