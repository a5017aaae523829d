import { useState } from 'preact/hooks';
import type { Pause } from '../api/types.js';
import { formatDateTime } from '../format.js';
import { ErrorNotice } from '../components/error-notice.js';
import { callOperator, formatOwnerName } from './operator-client.js';
import { Listing, useListing } from './listing.js';

interface Props {
  version: number;
  onChange: () => void;
  /** Opens the dialog without a target. */
  onPause: () => void;
}

/** Lists the active pauses, each with a button to end it. */
export function Pauses({ version, onChange, onPause }: Props) {
  const { data, error, showMore } = useListing<{ pauses: Pause[]; next_cursor: string | null }>(
    '/pauses',
    version,
  );
  const [resumeError, setResumeError] = useState<Error>();
  const resume = async ({ kind, name }: Pause) => {
    try {
      await callOperator(`/pauses?${new URLSearchParams({ kind, name }).toString()}`, {
        method: 'DELETE',
      });
      setResumeError(undefined);
    } catch (error) {
      setResumeError(error as Error);
    }
    onChange();
  };
  return (
    <>
      <ErrorNotice error={resumeError} />
      <Listing
        title="Paused"
        columns={['Paused', 'Reason', 'By', 'Since', 'Action']}
        error={error}
        onShowMore={showMore}
        emptyText={data && 'Nothing is paused.'}
        controls={
          <button class="button tiny" type="button" onClick={onPause}>
            Pause an origin or owner
          </button>
        }
        rows={(data?.pauses ?? []).map((pause) => (
          <tr key={`${pause.kind} ${pause.name}`}>
            <td class="breakable">
              <span class="badge warn">{pause.kind === 'origin' ? 'Origin' : 'Owner'}</span>{' '}
              {pause.kind === 'owner' ? formatOwnerName(pause.name) : pause.name}
            </td>
            <td class="breakable">{pause.reason || '–'}</td>
            <td>{pause.paused_by}</td>
            <td>{formatDateTime(pause.paused_at)}</td>
            <td>
              <button
                class="button tiny"
                type="button"
                aria-label={`Resume ${formatOwnerName(pause.name)}`}
                onClick={() => void resume(pause)}
              >
                Resume
              </button>
            </td>
          </tr>
        ))}
      />
    </>
  );
}
