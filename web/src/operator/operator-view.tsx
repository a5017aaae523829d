import './operator.css';
import { useState } from 'preact/hooks';
import { ApiError } from '../api/client.js';
import type { Operator } from '../api/types.js';
import { ErrorNotice } from '../components/error-notice.js';
import { usePoll } from '../hooks/use-poll.js';
import { callOperator, isAuthError, getOperatorJson } from './operator-client.js';
import { PauseDialog, type PauseTarget } from './pause-dialog.js';
import { Pauses } from './pauses.js';
import { Origins, Owners } from './queues.js';
import { SignIn } from './sign-in.js';
import { OperatorActions, OwnerUsage } from './usage.js';
import { WhyWaiting } from './why-waiting.js';
import { StuckImages, Workers } from './workers.js';

const SESSION_POLL_INTERVAL_MS = 15_000;

/** Shows what is waiting and why. Lets the operator pause origins and owners. */
export function OperatorView() {
  const [version, setVersion] = useState(0);
  const refresh = () => setVersion((previous) => previous + 1);
  const { data: operator, error } = usePoll(
    (signal) => getOperatorJson<Operator>('/session', signal),
    SESSION_POLL_INTERVAL_MS,
    [version],
  );
  const signOut = async () => {
    await callOperator('/session', { method: 'DELETE' }).catch(() => undefined);
    refresh();
  };
  const isOperator = operator !== undefined && !isAuthError(error);
  return (
    <div class="stack operator">
      <div class="row spread">
        <h1>Operator</h1>
        {isOperator && (
          <div class="row">
            <span class="soft small">{`Signed in as ${operator.name}`}</span>
            <a class="button tiny" href="/queues" target="_blank">
              Open the queues
            </a>
            {operator.name !== 'local' && (
              <button class="button tiny quiet" type="button" onClick={() => void signOut()}>
                Sign out
              </button>
            )}
          </div>
        )}
      </div>
      {isAuthError(error) ? (
        <SignIn onSignedIn={refresh} />
      ) : (
        <ErrorNotice error={error} isRetrying={!isOperatorDisabled(error)} />
      )}
      {isOperator && <Sections version={version} onChange={refresh} />}
    </div>
  );
}

/** Returns true if no admin key is configured. A retry would not help. */
const isOperatorDisabled = (error: Error | undefined): boolean =>
  error instanceof ApiError && error.status === 404;

function Sections({ version, onChange }: { version: number; onChange: () => void }) {
  const [target, setTarget] = useState<PauseTarget>();
  return (
    <>
      <Pauses
        version={version}
        onChange={onChange}
        onPause={() => setTarget({ kind: 'origin', name: '' })}
      />
      <Owners version={version} onPause={setTarget} />
      <Origins version={version} onPause={setTarget} />
      <WhyWaiting />
      <Workers version={version} />
      <StuckImages version={version} />
      <OwnerUsage version={version} />
      <OperatorActions version={version} />
      <PauseDialog target={target} onClose={() => setTarget(undefined)} onPaused={onChange} />
    </>
  );
}
