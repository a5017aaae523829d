import { useState } from 'preact/hooks';
import { requestPath } from '../app/router.js';
import type { Waiting } from '../api/types.js';
import { counted } from '../format.js';
import { Fault } from '../parts/fault.js';
import { ownerName, readOperator } from './client.js';

/** Answers why one request waits. */
export function WhyWaiting() {
  const [id, setId] = useState('');
  const [answer, setAnswer] = useState<Waiting>();
  const [fault, setFault] = useState<Error>();

  const ask = async (event: SubmitEvent) => {
    event.preventDefault();
    setAnswer(undefined);
    setFault(undefined);
    try {
      setAnswer(await readOperator<Waiting>(`/requests/${encodeURIComponent(id.trim())}/waiting`));
    } catch (error) {
      setFault(error as Error);
    }
  };
  return (
    <section class="stack" aria-labelledby="why-waiting">
      <h2 id="why-waiting">Why is this request waiting?</h2>
      <form class="row why-waiting" onSubmit={(event) => void ask(event)}>
        <label class="unseen" for="waiting-id">
          Request id
        </label>
        <input
          id="waiting-id"
          type="text"
          required
          placeholder="Request id"
          value={id}
          onInput={(event) => setId(event.currentTarget.value)}
        />
        <button class="button" type="submit">
          Find out
        </button>
      </form>
      <Fault error={fault} />
      <div role="status">
        {answer && (
          <div class="sheet stack">
            <p>
              <a href={requestPath(answer.request_id)}>Request</a> of {ownerName(answer.owner)}:{' '}
              {answer.status}, {counted(answer.open_images, 'open image')}
            </p>
            <ul class="reasons">
              {answer.reasons.map(({ code, message }) => (
                <li key={message} data-code={code} class="breakable">
                  {message}
                </li>
              ))}
            </ul>
          </div>
        )}
      </div>
    </section>
  );
}
