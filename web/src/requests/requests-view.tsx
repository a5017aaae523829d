import './requests.css';
import { useEffect, useState } from 'preact/hooks';
import { getJson } from '../api/client.js';
import type { RequestList, RequestSummary } from '../api/types.js';
import { requestPath } from '../app/router.js';
import { change, count, counted, difference, moment } from '../format.js';
import { Fault } from '../parts/fault.js';
import { badgeOf, StatusBadge } from '../parts/status-badge.js';
import { usePoll } from '../parts/use-poll.js';
import { isFinal } from '../request/watch.js';
import { TotalsPlot } from './totals-plot.js';

const PAGE = 50;
const REFRESH_MS = 3000;
const TYPED_MS = 250;

export function RequestsView() {
  const [search, setSearch] = useState('');
  const [asked, setAsked] = useState('');
  const [shown, setShown] = useState(PAGE);
  const { list, fault } = useRequests(asked, shown);

  useEffect(() => {
    const rest = setTimeout(() => setAsked(search.trim()), TYPED_MS);
    return () => clearTimeout(rest);
  }, [search]);

  return (
    <div class="stack all-requests">
      <div class="row spread">
        <h1>All catalogs</h1>
        <label class="search">
          <span class="visually-hidden">Search by file name or id</span>
          <input
            type="search"
            placeholder="Search by file name or id"
            value={search}
            onInput={(event) => setSearch(event.currentTarget.value)}
          />
        </label>
      </div>
      <Fault error={fault} retrying />
      {(list || !fault) && <TotalsPlot version={endsOf(list)} />}
      <p class="visually-hidden" role="status">
        {list && `${counted(list.requests.length, 'catalog')} shown`}
      </p>
      {list?.requests.length === 0 && (
        <p class="empty">
          {asked ? `No catalog matches “${asked}”.` : 'No catalogs yet. '}
          {!asked && <a href="/">Compress a catalog</a>}
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
          <button class="button" type="button" onClick={() => setShown(shown + PAGE)}>
            Show more
          </button>
        </div>
      )}
    </div>
  );
}

/** Changes whenever a request of the list ends or is deleted. */
const endsOf = (list: RequestList | undefined): string =>
  list?.requests.map(({ completed_at }) => completed_at ?? '').join() ?? '';

function RequestRow({ request }: { request: RequestSummary }) {
  const { request_id, filename, created_at, progress } = request;
  const sizes = difference(progress.bytes_in, progress.bytes_out);
  return (
    <a class="request-row" href={requestPath(request_id)}>
      <span class="what">
        <strong class="clip">{filename}</strong>
        <span class="soft small">{moment(created_at)}</span>
      </span>
      <StatusBadge request={request} />
      <span class="how-far">
        <progress
          class={badgeOf(request).tone}
          max="100"
          value={progress.percent}
          aria-label={`Progress of ${filename}`}
        />
        <span class="soft small number">
          {counted(progress.total, 'image')}
          {progress.failed > 0 && `, ${count(progress.failed)} failed`}
          {progress.cancelled > 0 && `, ${count(progress.cancelled)} canceled`}
        </span>
      </span>
      <span class="saved number">
        {progress.bytes_in > 0 ? (
          <>
            <strong>{`${sizes.name} ${sizes.size}`}</strong>
            <span class="soft small">{change(progress.bytes_in, progress.bytes_out)}</span>
          </>
        ) : (
          <span class="soft small">{isFinal(request) ? 'Nothing saved' : 'Nothing yet'}</span>
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
  const { answer: list, fault } = usePoll(read, REFRESH_MS, [search, limit]);
  return { list, fault };
}
