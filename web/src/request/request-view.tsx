import './request.css';
import { useState } from 'preact/hooks';
import type { ApiError } from '../api/client.js';
import { REQUEST_TABS, getRequestPath, type RequestTab } from '../app/router.js';
import type { RequestSummary } from '../api/types.js';
import { formatCount } from '../format.js';
import { ErrorNotice } from '../components/error-notice.js';
import { AuditPanel } from './audit-panel.js';
import { FinalReadsContext } from './final-reads.js';
import { StatisticsTab } from './statistics-tab.js';
import { ImagesTab } from './images-tab.js';
import { ProblemsTab } from './problems-tab.js';
import { ProgressPanel, RetryNow } from './progress-panel.js';
import { RequestHeader } from './request-header.js';
import { StatusNotices } from './status-notices.js';
import { useRequest } from './use-request.js';
import { AuditContext, isCheckOnly, useStatusDetails } from './use-status-details.js';
import { WebhookTab } from './webhook-tab.js';

const TAB_NAMES: Record<RequestTab, string> = {
  pictures: 'Images',
  figures: 'Statistics',
  problems: 'Problems',
  webhook: 'Webhook',
};

export function RequestView({ id, tab }: { id: string; tab: RequestTab }) {
  const { summary, connection, rejection, restartWatch, finalReads } = useRequest(id);
  const details = useStatusDetails(summary);
  const audit = details?.audit ?? null;
  if (rejection) return <RejectedRequest error={rejection} />;
  if (!summary) return <Loading isDisconnected={connection === 'disconnected'} />;
  return (
    <div class="request">
      <RequestHeader summary={summary} details={details} onRequestChange={restartWatch} />
      <ProgressPanel summary={summary} connection={connection} isCheckOnly={isCheckOnly(audit)} />
      {audit && <AuditPanel summary={summary} audit={audit} />}
      <StatusNotices summary={summary} details={details} />
      <SecretNotice id={id} />
      <nav class="tabs" aria-label="Sections of this catalog">
        {REQUEST_TABS.map((name) => (
          <a
            key={name}
            href={getRequestPath(id, name)}
            aria-current={name === tab ? 'page' : undefined}
          >
            {TAB_NAMES[name]}
            <TabCount tab={name} summary={summary} />
          </a>
        ))}
      </nav>
      <FinalReadsContext.Provider value={finalReads}>
        {tab === 'figures' && <StatisticsTab summary={summary} isCheckOnly={isCheckOnly(audit)} />}
        {tab === 'pictures' && (
          <AuditContext.Provider value={audit}>
            <ImagesTab summary={summary} />
          </AuditContext.Provider>
        )}
        {tab === 'problems' && <ProblemsTab summary={summary} onRequestChange={restartWatch} />}
        {tab === 'webhook' && <WebhookTab summary={summary} />}
      </FinalReadsContext.Provider>
    </div>
  );
}

function TabCount({ tab, summary: { progress } }: { tab: RequestTab; summary: RequestSummary }) {
  if (tab !== 'problems' || progress.failed === 0) return null;
  return (
    <span class="tab-count number">
      {formatCount(progress.failed)}
      <span class="visually-hidden"> failed</span>
    </span>
  );
}

/** Shows the webhook secret that this tab stored. The server returns the secret only in the upload response. */
function SecretNotice({ id }: { id: string }) {
  const storageKey = `pressroom:secret:${id}`;
  const [secret, setSecret] = useState(() => sessionStorage.getItem(storageKey));
  if (!secret) return null;
  const dismiss = () => {
    sessionStorage.removeItem(storageKey);
    setSecret(null);
  };
  return (
    <div class="notice warn row spread">
      <p>
        The webhook of this catalog is signed with <code class="breakable">{secret}</code>. Copy it
        to the receiver now. It won't be shown again.
      </p>
      <div class="row">
        <button
          class="button tiny"
          type="button"
          onClick={() => void navigator.clipboard.writeText(secret)}
        >
          Copy
        </button>
        <button class="button tiny" type="button" onClick={dismiss}>
          I’ve saved it
        </button>
      </div>
    </div>
  );
}

function Loading({ isDisconnected }: { isDisconnected: boolean }) {
  return (
    <div class="request waiting">
      <h1 class="visually-hidden">Catalog</h1>
      <p class="soft" role="status">
        {isDisconnected ? (
          <>
            Pressroom is not responding. Retrying automatically. <RetryNow />
          </>
        ) : (
          'Loading…'
        )}
      </p>
    </div>
  );
}

function RejectedRequest({ error }: { error: ApiError }) {
  const isGone = error.status === 404;
  return (
    <div class="stack">
      <h1>{isGone ? 'Catalog not found' : 'This catalog can’t be shown'}</h1>
      {isGone ? <p>It was deleted, or the URL is incomplete.</p> : <ErrorNotice error={error} />}
      <p>
        See <a href="/all">all catalogs</a> or <a href="/">compress another catalog</a>.
      </p>
    </div>
  );
}
