import './request.css';
import { useState } from 'preact/hooks';
import type { ApiError } from '../api/client.js';
import { REQUEST_TABS, requestPath, type RequestTab } from '../app/router.js';
import type { RequestSummary } from '../api/types.js';
import { formatCount } from '../format.js';
import { ErrorNotice } from '../parts/error-notice.js';
import { AuditPanel } from './audit-panel.js';
import { FinalReads } from './final-reads.js';
import { FiguresTab } from './figures-tab.js';
import { ImagesTab } from './images-tab.js';
import { ProblemsTab } from './problems-tab.js';
import { ProgressPanel, RetryNow } from './progress-panel.js';
import { RequestHead } from './request-head.js';
import { StatusNotices } from './status-notices.js';
import { useRequest } from './use-request.js';
import { Audit, isCheckOnly, useStatusDetails } from './use-status-details.js';
import { WebhookTab } from './webhook-tab.js';

const TAB_NAMES: Record<RequestTab, string> = {
  pictures: 'Images',
  figures: 'Figures',
  problems: 'Problems',
  webhook: 'Webhook',
};

export function RequestView({ id, tab }: { id: string; tab: RequestTab }) {
  const { summary, connection, refused, watchAgain, finalReads } = useRequest(id);
  const details = useStatusDetails(summary);
  const audit = details?.audit ?? null;
  if (refused) return <Refused error={refused} />;
  if (!summary) return <Waiting isDisconnected={connection === 'disconnected'} />;
  return (
    <div class="request">
      <RequestHead summary={summary} details={details} onMoved={watchAgain} />
      <ProgressPanel summary={summary} connection={connection} isCheckOnly={isCheckOnly(audit)} />
      {audit && <AuditPanel summary={summary} audit={audit} />}
      <StatusNotices summary={summary} details={details} />
      <SecretNotice id={id} />
      <nav class="tabs" aria-label="Parts of this catalog">
        {REQUEST_TABS.map((name) => (
          <a
            key={name}
            href={requestPath(id, name)}
            aria-current={name === tab ? 'page' : undefined}
          >
            {TAB_NAMES[name]}
            <TabCount tab={name} summary={summary} />
          </a>
        ))}
      </nav>
      <FinalReads.Provider value={finalReads}>
        {tab === 'figures' && <FiguresTab summary={summary} isCheckOnly={isCheckOnly(audit)} />}
        {tab === 'pictures' && (
          <Audit.Provider value={audit}>
            <ImagesTab summary={summary} />
          </Audit.Provider>
        )}
        {tab === 'problems' && <ProblemsTab summary={summary} onMoved={watchAgain} />}
        {tab === 'webhook' && <WebhookTab summary={summary} />}
      </FinalReads.Provider>
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

/** The server returned the secret once, in the response to the upload. This tab has stored it. */
function SecretNotice({ id }: { id: string }) {
  const stored = `pressroom:secret:${id}`;
  const [secret, setSecret] = useState(() => sessionStorage.getItem(stored));
  if (!secret) return null;
  const done = () => {
    sessionStorage.removeItem(stored);
    setSecret(null);
  };
  return (
    <div class="notice warn row spread">
      <p>
        The webhook of this catalog is signed with <code class="breakable">{secret}</code>. Copy it
        to the receiver now: it is not shown again.
      </p>
      <div class="row">
        <button
          class="button tiny"
          type="button"
          onClick={() => void navigator.clipboard.writeText(secret)}
        >
          Copy
        </button>
        <button class="button tiny" type="button" onClick={done}>
          I’ve saved it
        </button>
      </div>
    </div>
  );
}

function Waiting({ isDisconnected }: { isDisconnected: boolean }) {
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

function Refused({ error }: { error: ApiError }) {
  const isGone = error.status === 404;
  return (
    <div class="stack">
      <h1>{isGone ? 'Catalog not found' : 'This catalog can’t be shown'}</h1>
      {isGone ? (
        <p>It was deleted, or the address is not complete.</p>
      ) : (
        <ErrorNotice error={error} />
      )}
      <p>
        See <a href="/all">all catalogs</a> or <a href="/">compress another one</a>.
      </p>
    </div>
  );
}
