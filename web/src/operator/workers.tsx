import type { StuckImageList, WorkerList } from '../api/types.js';
import { formatCount, formatDuration, formatDateTime } from '../format.js';
import { Listing, useListing } from './listing.js';

/** Lists the running processes. */
export function Workers({ version }: { version: number }) {
  const { data, error, showMore } = useListing<WorkerList>('/workers', version);
  return (
    <Listing
      title="Workers"
      columns={['Process', 'Role', 'Version', 'Started', 'In progress', 'Decoders', 'State']}
      error={error}
      onShowMore={showMore}
      emptyText={data && 'No processes are running.'}
      rows={(data?.workers ?? []).map((worker) => (
        <tr key={worker.instance}>
          <td class="breakable">{`${worker.hostname}, process ${worker.pid}`}</td>
          <td>{worker.role}</td>
          <td>{worker.version}</td>
          <td>{formatDateTime(worker.started_at)}</td>
          <td class="number">{formatCount(worker.images_in_progress)}</td>
          <td class="number">{`${worker.decoders_running} of ${worker.decoders}`}</td>
          <td class="breakable">
            {worker.storage_error ? (
              <>
                <span class="badge bad">Paused</span>
                <span class="soft block">{worker.storage_error}</span>
              </>
            ) : (
              <span class="badge good">Running</span>
            )}
          </td>
        </tr>
      ))}
    />
  );
}

/** Lists images that should have finished. */
export function StuckImages({ version }: { version: number }) {
  const { data, error, showMore } = useListing<StuckImageList>('/stuck-images', version);
  return (
    <Listing
      title="Stuck images"
      columns={['Image', 'Request', 'Stuck for', 'Attempts', 'Process']}
      error={error}
      onShowMore={showMore}
      emptyText={data && 'No images are stuck.'}
      rows={(data?.images ?? []).map((image) => (
        <tr key={image.image_id}>
          <td class="breakable">{image.input_url}</td>
          <td class="breakable">
            <code>{image.request_id}</code>
          </td>
          <td class="number">{formatDuration(image.seconds)}</td>
          <td class="number">{image.attempts}</td>
          <td class="breakable">
            {image.hostname === null ? 'Not running' : `${image.hostname}, process ${image.pid}`}
          </td>
        </tr>
      ))}
    />
  );
}
