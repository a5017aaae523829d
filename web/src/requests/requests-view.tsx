import './requests.css';
import { useEffect, useState } from 'preact/hooks';
import { getJson } from '../api/client.js';
import type { RequestList, RequestSummary } from '../api/types.js';
import { getRequestPath } from '../app/router.js';
import {
  formatSizeChange,
  formatCount,
  formatQuantity,
  formatDifference,
  formatDateTime,
} from '../format.js';
import { ErrorNotice } from '../components/error-notice.js';
import { getBadge, StatusBadge } from '../components/status-badge.js';
import { usePoll } from '../hooks/use-poll.js';
import { isFinal } from '../request/watch-request.js';
import { TotalsPlot } from './totals-plot.js';

const PAGE_SIZE = 50;
const REFRESH_INTERVAL_MS = 3000;
const SEARCH_DEBOUNCE_MS = 250;

export function RequestsView() {
  const [search, setSearch] = useState('');
  const [query, setQuery] = useState('');
  const [limit, setLimit] = useState(PAGE_SIZE);
  const { list, error } = useRequests(query, limit);

  useEffect(() => {
    const timer = setTimeout(() => setQuery(search.trim()), SEARCH_DEBOUNCE_MS);
    return () => clearTimeout(timer);
  }, [search]);

  return (
    <div class="stack all-requests">
      <div class="row spread">
        <h1>All catalogs</h1>
        <label class="search">
          <span class="visually-hidden">Search by file name or ID</span>
          <input
            type="search"
            placeholder="Search by file name or ID"
            value={search}
            onInput={(event) => setSearch(event.currentTarget.value)}
          />
        </label>
      </div>
      <ErrorNotice error={error} isRetrying />
      {(list || !error) && <TotalsPlot version={joinEndTimes(list)} />}
      <p class="visually-hidden" role="status">
        {list && `${formatQuantity(list.requests.length, 'catalog')} shown`}
      </p>
      {list?.requests.length === 0 && (
        <p class="empty">
          {query ? `No catalog matches “${query}”.` : 'No catalogs yet. '}
          {!query && <a href="/">Compress a catalog</a>}
        </p>
      )}
      <ul class="request-list">
        {list?.requests.map((request) => (
          <li key={request.request_id}>
            <RequestRow request={request} />
          </li>
        ))}
      </ul>
      {list?.next_cursor && (
        <div>
          <button class="button" type="button" onClick={() => setLimit(limit + PAGE_SIZE)}>
            Show more
          </button>
        </div>
      )}
    </div>
  );
}

/** Returns a string that changes when a request in the list ends or is deleted. */
const joinEndTimes = (list: RequestList | undefined): string =>
  list?.requests.map(({ completed_at }) => completed_at ?? '').join() ?? '';

function RequestRow({ request }: { request: RequestSummary }) {
  const { request_id, filename, created_at, progress } = request;
  const difference = formatDifference(progress.bytes_in, progress.bytes_out);
  return (
    <a class="request-row" href={getRequestPath(request_id)}>
      <span class="file">
        <strong class="clip">{filename}</strong>
        <span class="soft small">{formatDateTime(created_at)}</span>
      </span>
      <StatusBadge request={request} />
      <span class="progress-cell">
        <progress
          class={getBadge(request).tone}
          max="100"
          value={progress.percent}
          aria-label={`Progress of ${filename}`}
        />
        <span class="soft small number">
          {formatQuantity(progress.total, 'image')}
          {progress.failed > 0 && `, ${formatCount(progress.failed)} failed`}
          {progress.cancelled > 0 && `, ${formatCount(progress.cancelled)} canceled`}
        </span>
      </span>
      <span class="saved number">
        {progress.bytes_in > 0 ? (
          <>
            <strong>{`${difference.label} ${difference.size}`}</strong>
            <span class="soft small">
              {formatSizeChange(progress.bytes_in, progress.bytes_out)}
            </span>
          </>
        ) : (
          <span class="soft small">{isFinal(request) ? 'No savings' : 'No savings yet'}</span>
        )}
      </span>
    </a>
  );
}

function useRequests(search: string, limit: number) {
  const read = (signal: AbortSignal) => {
    const query = new URLSearchParams({ limit: String(Math.min(limit, 1000)) });
    if (search) query.set('search', search);
    return getJson<RequestList>(`/requests?${query}`, signal);
  };
  const { data: list, error } = usePoll(read, REFRESH_INTERVAL_MS, [search, limit]);
  return { list, error };
}
