import { ApiError, getJson } from '../api/client.js';
import type { Setup } from '../api/types.js';
import { formatCount, formatMegabytes } from '../format.js';
import { ErrorNotice } from '../parts/error-notice.js';
import { usePoll } from '../parts/use-poll.js';

const REFRESH_MS = 5000;

/** `GET /health/ready`, up or down. */
interface Health {
  details?: Record<string, { status: string; message?: string; enabled?: boolean | null }>;
}

/** Lists the services and their health. */
export function Services() {
  const { setup, health, error } = useServices();
  const state = (part: string) => <State health={health} part={part} />;
  return (
    <section class="stack" aria-labelledby="running">
      <h2 id="running">Services</h2>
      <ErrorNotice error={error} isRetrying />
      <div class="sheet">
        <dl class="services">
          <Service name="Pressroom" state={<span class="badge good">Up</span>}>
            {setup && `Version ${setup.version} on Node.js ${setup.node}`}
            {setup && <Links setup={setup} />}
          </Service>
          <Service name="PostgreSQL" state={state('database')}>
            {setup && addressText(setup.database)}
          </Service>
          <Service name="Redis" state={state('redis')}>
            {setup && addressText(setup.redis)}
          </Service>
          <Service name="Images" state={state('storage')}>
            {setup && (
              <>
                In{' '}
                <code class="breakable">
                  {setup.storage.directory ?? `s3://${setup.storage.bucket}`}
                </code>
              </>
            )}
            {setup && health?.details?.orphan_cleanup?.enabled === false && (
              <OrphanCleanupOff
                marker={setup.storage.owner_marker}
                isFile={setup.storage.kind === 'disk'}
              />
            )}
          </Service>
          <Service name="Limits">
            {setup &&
              `${setup.decoders} decoders, ${setup.download_concurrency} downloads at once; images up to ${formatMegabytes(setup.max_image_bytes)} and ${formatCount(setup.max_image_pixels / 1e6)} megapixels`}
          </Service>
        </dl>
      </div>
    </section>
  );
}

function Links({ setup }: { setup: Setup }) {
  return (
    <span class="soft small block">
      {setup.public_url
        ? `Links start with ${setup.public_url}.`
        : 'Links start with the address that the upload was sent to (PUBLIC_URL is not set).'}
    </span>
  );
}

/** Shown after a restore into another database. See `GET /health/ready`. */
function OrphanCleanupOff({ marker, isFile }: { marker: string; isFile: boolean }) {
  return (
    <div class="notice warn" role="status">
      <p>
        <strong>Orphan cleanup is off.</strong> These files were stored under another database.
        Files that aren't in this database are kept.
      </p>
      <p>
        If this database permanently replaces the other one, turn cleanup on. Remove the{' '}
        {isFile ? 'file' : 'object'} <code class="breakable">{marker}</code>. Run{' '}
        <code>npm run verify</code> first.
      </p>
    </div>
  );
}

function addressText({ embedded, address }: { embedded: boolean; address: string }): string {
  return embedded
    ? `Private server at ${address}, started with the app`
    : `Your server at ${address}`;
}

interface ServiceProps {
  name: string;
  state?: preact.ComponentChildren;
  children: preact.ComponentChildren;
}

function Service({ name, state, children }: ServiceProps) {
  return (
    <div>
      <dt>
        {name} {state}
      </dt>
      <dd>{children || ' '}</dd>
    </div>
  );
}

function State({ health, part }: { health: Health | undefined; part: string }) {
  const found = health?.details?.[part];
  if (!found) return <span class="badge">Unknown</span>;
  const up = found.status === 'up';
  return (
    <span class={`badge ${up ? 'good' : 'bad'}`} title={found.message}>
      {up ? 'Up' : `Down${found.message ? `: ${found.message}` : ''}`}
    </span>
  );
}

function useServices() {
  const { data, error } = usePoll(async (signal) => {
    const setup = await getJson<Setup>('/setup', signal);
    return { setup, health: await readHealth(signal) };
  }, REFRESH_MS);
  // After a failed call, the last known state may be wrong.
  return { setup: data?.setup, health: error ? undefined : data?.health, error };
}

/** Reads the health, also from a 503, whose problem document has the details. */
async function readHealth(signal: AbortSignal): Promise<Health> {
  try {
    return await getJson<Health>('/health/ready', signal);
  } catch (error) {
    if (error instanceof ApiError && error.status === 503) return error.problem as Health;
    throw error;
  }
}
