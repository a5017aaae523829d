import type { ComponentChildren } from 'preact';
import { useId, useState } from 'preact/hooks';
import { usePoll } from '../parts/use-poll.js';
import { Fault } from '../parts/fault.js';
import { readOperator } from './client.js';

const REFRESH_MS = 5000;
const PAGE = 20;
/** Maximum of the API for one page. */
const MAX_ROWS = 200;

interface Page {
  next_cursor: string | null;
}

/** Polls a list of the operator API. `more` shows further rows, up to the maximum of one page. */
export function useListing<T extends Page>(path: string, version: number): Polled<T> {
  const [limit, setLimit] = useState(PAGE);
  const separator = path.includes('?') ? '&' : '?';
  const read = (signal: AbortSignal) =>
    readOperator<T>(`${path}${separator}limit=${limit}`, signal);
  const { answer, fault } = usePoll(read, REFRESH_MS, [path, limit, version]);
  const hasMore = answer?.next_cursor != null;
  const more =
    hasMore && limit < MAX_ROWS ? () => setLimit(Math.min(MAX_ROWS, limit * 4)) : undefined;
  return { answer, fault, more };
}

interface Polled<T> {
  answer: T | undefined;
  fault: Error | undefined;
  more: (() => void) | undefined;
}

interface Props {
  title: string;
  /** Headings of the columns. */
  columns: string[];
  fault: Error | undefined;
  /** Shows further rows; undefined if all are shown. */
  more?: () => void;
  /** Shown instead of a table without rows; undefined while the rows load. */
  empty: string | undefined;
  /** Controls beside the title. */
  controls?: ComponentChildren;
  rows: ComponentChildren[];
}

/** A section with a table. */
export function Listing({ title, columns, fault, more, empty, controls, rows }: Props) {
  const id = useId();
  return (
    <section class="stack" aria-labelledby={id}>
      <div class="row spread">
        <h2 id={id}>{title}</h2>
        {controls}
      </div>
      <Fault error={fault} retrying />
      {rows.length === 0 ? (
        empty !== undefined && <p class="soft">{empty}</p>
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
      {more && (
        <div>
          <button class="button tiny" type="button" onClick={more}>
            Show more
          </button>
        </div>
      )}
    </section>
  );
}
