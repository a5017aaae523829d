import { useEffect, useRef, useState } from 'preact/hooks';
import type { FailureExample } from '../api/types.js';
import { ErrorNotice } from '../components/error-notice.js';
import { correctLink } from './corrections.js';
import { toSourceHref } from './product-card.js';

interface Props {
  requestId: string;
  example: FailureExample;
  disabled: boolean;
  onRequestChange: () => void;
}

/** Shows the URL of a failed image and lets the user edit it in place. */
export function FixLink({ requestId, example, disabled, onRequestChange }: Props) {
  const { row, position, input_url: url } = example;
  const [text, setText] = useState<string>();
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<Error>();
  const input = useRef<HTMLInputElement>(null);
  const isOpen = text !== undefined;
  useEffect(() => {
    if (isOpen) input.current?.select();
  }, [isOpen]);

  const sendCorrection = async (event: SubmitEvent) => {
    event.preventDefault();
    setBusy(true);
    setError(undefined);
    try {
      const correction = { row, position, url: text!.trim() };
      const { problems } = await correctLink(requestId, correction);
      if (problems.length > 0) setError(new Error(problems[0].message));
      else onRequestChange();
    } catch (error) {
      setError(error as Error);
    }
    setBusy(false);
  };

  if (!isOpen)
    return (
      <div class="row spread fix-link">
        <a class="breakable" href={toSourceHref(url)} target="_blank" rel="noreferrer">
          {url}
        </a>
        <button
          class="button tiny"
          type="button"
          disabled={disabled}
          aria-label={`Fix link in row ${row}, image ${position}`}
          onClick={() => setText(url)}
        >
          Fix link
        </button>
      </div>
    );
  return (
    <form class="stack fix-link" onSubmit={(event) => void sendCorrection(event)}>
      <input
        ref={input}
        type="text"
        inputMode="url"
        required
        aria-label={`New link for row ${row}, image ${position}`}
        value={text}
        onInput={(event) => setText(event.currentTarget.value)}
        onKeyDown={(event) => event.key === 'Escape' && setText(undefined)}
      />
      <div class="row">
        <button class="button tiny" type="submit" disabled={isBusy || text.trim() === url}>
          {isBusy ? 'Saving…' : 'Save and compress'}
        </button>
        <button class="button tiny quiet" type="button" onClick={() => setText(undefined)}>
          Cancel
        </button>
      </div>
      <ErrorNotice error={error} onKeyEntered={() => setError(undefined)} />
    </form>
  );
}
