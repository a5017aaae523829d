import type { StuckImageList, WorkerList } from '../api/types.js';
import { count, duration, moment } from '../format.js';
import { Listing, useListing } from './listing.js';

/** Running processes. */
export function Workers({ version }: { version: number }) {
  const { answer, fault, more } = useListing<WorkerList>('/workers', version);
  return (
    <Listing
      title="Workers"
      columns={['Process', 'Role', 'Version', 'Started', 'In progress', 'Decoders', 'State']}
      fault={fault}
      more={more}
      empty={answer && 'No processes are running.'}
      rows={(answer?.workers ?? []).map((worker) => (
        <tr key={worker.instance}>
          <td class="breakable">{`${worker.hostname}, process ${worker.pid}`}</td>
          <td>{worker.role}</td>
          <td>{worker.version}</td>
          <td>{moment(worker.started_at)}</td>
          <td class="number">{count(worker.images_in_progress)}</td>
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

/** Images that should have ended. */
export function StuckImages({ version }: { version: number }) {
  const { answer, fault, more } = useListing<StuckImageList>('/stuck-images', version);
  return (
    <Listing
      title="Stuck images"
      columns={['Image', 'Request', 'Time', 'Attempts', 'Process']}
      fault={fault}
      more={more}
      empty={answer && 'No images are stuck.'}
      rows={(answer?.images ?? []).map((image) => (
        <tr key={image.image_id}>
          <td class="breakable">{image.input_url}</td>
          <td class="breakable">
            <code>{image.request_id}</code>
          </td>
          <td class="number">{duration(image.seconds)}</td>
          <td class="number">{image.attempts}</td>
          <td class="breakable">
            {image.hostname === null ? 'Vanished' : `${image.hostname}, process ${image.pid}`}
          </td>
        </tr>
      ))}
    />
  );
}
