import { useState } from 'preact/hooks';
import type { OperatorActionList, OwnerUsageList } from '../api/types.js';
import { formatBytes, formatCount, formatDuration, formatDateTime } from '../format.js';
import { formatOwnerName } from './operator-client.js';
import { Listing, useListing } from './listing.js';

const PERIOD_DAYS = [1, 7, 30, 90, 366];

/** Lists the resource usage of each owner. */
export function OwnerUsage({ version }: { version: number }) {
  const [days, setDays] = useState(30);
  const { data, error, showMore } = useListing<OwnerUsageList>(`/usage?days=${days}`, version);
  return (
    <Listing
      title="Usage by owner"
      columns={['Owner', 'Images', 'Failed', 'Downloaded', 'Stored', 'Compression time']}
      error={error}
      onShowMore={showMore}
      emptyText={data && 'No images were processed in this period.'}
      controls={
        <label class="row small">
          Period
          <select
            class="period"
            value={String(days)}
            onChange={(event) => setDays(Number(event.currentTarget.value))}
          >
            {PERIOD_DAYS.map((period) => (
              <option key={period} value={period}>
                {period === 1 ? 'Today' : `Last ${period} days`}
              </option>
            ))}
          </select>
        </label>
      }
      rows={(data?.owners ?? []).map((usage) => (
        <tr key={usage.owner}>
          <td class="breakable">{formatOwnerName(usage.owner)}</td>
          <td class="number">{formatCount(usage.images_completed)}</td>
          <td class="number">{formatCount(usage.images_failed)}</td>
          <td class="number">{formatBytes(usage.bytes_in)}</td>
          <td class="number">{formatBytes(usage.bytes_out)}</td>
          <td class="number">{formatDuration(usage.compression_seconds)}</td>
        </tr>
      ))}
    />
  );
}

/** Lists the latest operator actions. */
export function OperatorActions({ version }: { version: number }) {
  const { data, error, showMore } = useListing<OperatorActionList>('/actions', version);
  return (
    <Listing
      title="Operator actions"
      columns={['Time', 'Operator', 'Action', 'Reason']}
      error={error}
      onShowMore={showMore}
      emptyText={data && 'No actions yet.'}
      rows={(data?.actions ?? []).map((action) => (
        <tr key={`${action.at} ${action.action} ${action.kind} ${action.name}`}>
          <td>{formatDateTime(action.at)}</td>
          <td class="breakable">{action.operator}</td>
          <td class="breakable">
            {`${action.action === 'pause' ? 'Paused' : 'Resumed'} ${action.kind} ${
              action.kind === 'owner' ? formatOwnerName(action.name) : action.name
            }`}
          </td>
          <td class="breakable">{action.reason || '–'}</td>
        </tr>
      ))}
    />
  );
}
