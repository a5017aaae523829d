import { useEffect, useState } from 'preact/hooks';
import { getJson } from '../api/client.js';
import { keepTrying, poll } from '../api/keep-trying.js';
import type { RequestSummary, Status } from '../api/types.js';
import { useKey } from '../parts/use-key.js';
import { isFinal } from './watch.js';

/** The server counts the waiting images anew every 5 s. */
const REFRESH_MS = 5000;

type Notices = Pick<Status, 'pauses' | 'limited_hosts' | 'warnings'>;

/** Pauses and hosts that limit the downloads, while the request runs, and suspicious images after its end. */
export function StatusNotices({ summary }: { summary: RequestSummary }) {
  const { pauses, limited_hosts: hosts, warnings } = useNotices(summary);
  return (
    <>
      {!isFinal(summary) && pauses.length > 0 && (
        <ul class="notice warn notices" aria-label="Paused by the administrator">
          {pauses.map(({ kind, name, message }) => (
            <li key={`${kind} ${name}`} class="breakable">
              {message}
            </li>
          ))}
        </ul>
      )}
      {!isFinal(summary) && hosts.length > 0 && (
        <ul class="notice notices" aria-label="Hosts that limit downloads">
          {hosts.map(({ host, message }) => (
            <li key={host} class="breakable">
              {message}
            </li>
          ))}
        </ul>
      )}
      {isFinal(summary) && warnings.length > 0 && (
        <ul class="notice warn notices" aria-label="Warnings">
          {warnings.map(({ code, example_url, message }) => (
            <li key={example_url} class="breakable" data-code={code}>
              {message}{' '}
              <a href={example_url} target="_blank" rel="noreferrer">
                Open an example
              </a>
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

function useNotices(summary: RequestSummary): Notices {
  const [notices, setNotices] = useState<Notices>({
    pauses: [],
    limited_hosts: [],
    warnings: [],
  });
  const key = useKey();
  const { request_id: id, completed_at } = summary;
  const ended = isFinal(summary);
  useEffect(() => {
    const controller = new AbortController();
    const { signal } = controller;
    const load = async (attempted: AbortSignal) => {
      const next = await getJson<Status>(`/status/${id}?limit=0`, attempted);
      if (!signal.aborted) setNotices(next);
    };
    if (ended) void keepTrying(load, { signal }).catch(() => undefined);
    else void poll(load, { signal, everyMs: REFRESH_MS });
    return () => controller.abort();
  }, [id, ended && completed_at, key]);
  return notices;
}
