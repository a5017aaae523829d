import { ApiError, getJson } from '../api/client.js';
import type { Setup } from '../api/types.js';
import { formatCount, formatMegabytes } from '../format.js';
import { ErrorNotice } from '../components/error-notice.js';
import { usePoll } from '../hooks/use-poll.js';

const REFRESH_INTERVAL_MS = 5000;

/** Response of `GET /health/ready`, with status 200 or 503. */
interface Health {
  details?: Record<string, { status: string; message?: string; enabled?: boolean | null }>;
}

/** Lists the services with their health. */
export function Services() {
  const { setup, health, error } = useServices();
  const renderState = (service: string) => <ServiceState health={health} service={service} />;
  return (
    <section class="stack" aria-labelledby="running">
      <h2 id="running">Services</h2>
      <ErrorNotice error={error} isRetrying />
      <div class="sheet">
        <dl class="services">
          <Service name="Pressroom" state={<span class="badge good">Up</span>}>
            {setup && `Version ${setup.version} on Node.js ${setup.node}`}
            {setup && <UrlOrigin setup={setup} />}
          </Service>
          <Service name="PostgreSQL" state={renderState('database')}>
            {setup && describeAddress(setup.database)}
          </Service>
          <Service name="Redis" state={renderState('redis')}>
            {setup && describeAddress(setup.redis)}
          </Service>
          <Service name="Images" state={renderState('storage')}>
            {setup && (
              <>
                Stored in{' '}
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
              `${setup.decoders} decoders, ${setup.download_concurrency} concurrent downloads; images up to ${formatMegabytes(setup.max_image_bytes)} and ${formatCount(setup.max_image_pixels / 1e6)} megapixels`}
          </Service>
        </dl>
      </div>
    </section>
  );
}

function UrlOrigin({ setup }: { setup: Setup }) {
  return (
    <span class="soft small block">
      {setup.public_url
        ? `URLs start with ${setup.public_url}.`
        : 'URLs start with the address that the upload was sent to (PUBLIC_URL is not set).'}
    </span>
  );
}

/** Explains how to turn on orphan cleanup after a restore to another database. */
function OrphanCleanupOff({ marker, isFile }: { marker: string; isFile: boolean }) {
  return (
    <div class="notice warn" role="status">
      <p>
        <strong>Orphan cleanup is off.</strong> These files were stored under another database.
        Pressroom keeps files that aren't in this database.
      </p>
      <p>
        If this database permanently replaces the other one, turn cleanup on: run{' '}
        <code>npm run verify</code>, then remove the {isFile ? 'file' : 'object'}{' '}
        <code class="breakable">{marker}</code>.
      </p>
    </div>
  );
}

function describeAddress({ embedded, address }: { embedded: boolean; address: string }): string {
  return embedded
    ? `Embedded server at ${address}, started with the app`
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

function ServiceState({ health, service }: { health: Health | undefined; service: string }) {
  const check = health?.details?.[service];
  if (!check) return <span class="badge">Unknown</span>;
  const isUp = check.status === 'up';
  return (
    <span class={`badge ${isUp ? 'good' : 'bad'}`} title={check.message}>
      {isUp ? 'Up' : `Down${check.message ? `: ${check.message}` : ''}`}
    </span>
  );
}

function useServices() {
  const { data, error } = usePoll(async (signal) => {
    const setup = await getJson<Setup>('/setup', signal);
    return { setup, health: await readHealth(signal) };
  }, REFRESH_INTERVAL_MS);
  // After a failed call, the last known state may be wrong.
  return { setup: data?.setup, health: error ? undefined : data?.health, error };
}

/** Reads the health. A 503 response also contains the details, in its problem document. */
async function readHealth(signal: AbortSignal): Promise<Health> {
  try {
    return await getJson<Health>('/health/ready', signal);
  } catch (error) {
    if (error instanceof ApiError && error.status === 503) return error.problem as Health;
    throw error;
  }
}
