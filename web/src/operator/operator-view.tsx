import './operator.css';
import { useState } from 'preact/hooks';
import { ApiError } from '../api/client.js';
import type { Operator } from '../api/types.js';
import { ErrorNotice } from '../parts/error-notice.js';
import { usePoll } from '../parts/use-poll.js';
import { callOperator, isSignedOut, readOperator } from './client.js';
import { PauseDialog, type PauseTarget } from './pause-dialog.js';
import { Pauses } from './pauses.js';
import { Origins, Owners } from './queues.js';
import { SignIn } from './sign-in.js';
import { Actions, Usage } from './usage.js';
import { WhyWaiting } from './why-waiting.js';
import { StuckImages, Workers } from './workers.js';

const SESSION_MS = 15_000;

/** Shows waiting work and its reasons, and pauses origins and owners. */
export function OperatorView() {
  const [version, setVersion] = useState(0);
  const refresh = () => setVersion((before) => before + 1);
  const { data: operator, error } = usePoll(
    (signal) => readOperator<Operator>('/session', signal),
    SESSION_MS,
    [version],
  );
  const signOut = async () => {
    await callOperator('/session', { method: 'DELETE' }).catch(() => undefined);
    refresh();
  };
  const isOperator = operator !== undefined && !isSignedOut(error);
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
      {isSignedOut(error) ? (
        <SignIn onSignedIn={refresh} />
      ) : (
        <ErrorNotice error={error} isRetrying={!isOff(error)} />
      )}
      {isOperator && <Sections version={version} onChange={refresh} />}
    </div>
  );
}

/** True without an admin key in the configuration. A retry changes nothing. */
const isOff = (error: Error | undefined): boolean =>
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
      <Usage version={version} />
      <Actions version={version} />
      <PauseDialog target={target} onClose={() => setTarget(undefined)} onPaused={onChange} />
    </>
  );
}
