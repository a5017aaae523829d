import type { RequestSummary } from '../api/types.js';
import type { StatusDetails } from './use-status-details.js';
import { isFinal } from './watch-request.js';

interface Props {
  summary: RequestSummary;
  /** Undefined until loaded. */
  details: StatusDetails | undefined;
}

/** Shows pauses and rate-limiting hosts while the request is running, and warnings after it has ended. */
export function StatusNotices({ summary, details }: Props) {
  if (!details) return null;
  const { pauses, limited_hosts: hosts, warnings } = details;
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
