import './help.css';
import { useState } from 'preact/hooks';
import { saveBlob } from '../api/client.js';
import { type CreatedFile, readRememberedCalls } from '../api/recent-calls.js';
import { getKey } from '../api/key.js';
import { formatTime } from '../format.js';
import { WebhookInbox } from './inbox.js';
import { Services } from './services.js';

export function HelpView() {
  return (
    <div class="help">
      <h1>Setup help</h1>
      <Services />
      <RecentCommands />
      <WebhookInbox />
    </div>
  );
}

/** Shows this page's latest API calls as shell commands. */
function RecentCommands() {
  const rememberedCalls = readRememberedCalls();
  const calls =
    rememberedCalls.length > 0
      ? rememberedCalls
      : [
          {
            title: 'Upload a catalog',
            curl: '-F file=@products.csv {base}/upload',
            at: '',
            created: undefined,
          },
        ];
  return (
    <section class="stack" aria-labelledby="commands">
      <h2 id="commands">From the command line</h2>
      <p class="soft">
        {rememberedCalls.length > 0
          ? 'Your recent actions on this page, as commands you can copy.'
          : 'Your actions on this page appear here as commands you can copy.'}{' '}
        All endpoints are in the{' '}
        <a href="/docs" target="_blank">
          API reference
        </a>
        .
      </p>
      <ul class="stack">
        {calls.map((call) => (
          <li key={call.at + call.title} class="sheet command">
            <div class="row spread">
              <h3>
                {call.title} {call.at && <span class="soft small">{formatTime(call.at)}</span>}
              </h3>
              <CopyButton text={toShellCommand(call.curl)} title={call.title} />
            </div>
            <pre tabIndex={0} aria-label={`Command: ${call.title}`}>
              {toShellCommand(call.curl)}
            </pre>
            {call.created && <CreatedFileNote file={call.created} />}
          </li>
        ))}
      </ul>
    </section>
  );
}

/** Offers the file that the command reads, because the user does not have it on disk. */
function CreatedFileNote({ file: { name, text } }: { file: CreatedFile }) {
  return (
    <p class="soft small">
      <code>{name}</code> was created on this page and exists only in this browser
      {text === undefined ? '. Use your own file instead.' : '. '}
      {text !== undefined && (
        <button
          class="as-link"
          type="button"
          onClick={() => saveBlob(name, new Blob([text], { type: 'text/csv' }))}
        >
          Download it
        </button>
      )}
    </p>
  );
}

function toShellCommand(curl: string): string {
  const key = getKey() ? ' -H "Authorization: Bearer $PRESSROOM_KEY"' : '';
  return `curl${key} ${curl.replace('{base}', location.origin)}`;
}

function CopyButton({ text, title }: { text: string; title: string }) {
  const [isCopied, setCopied] = useState(false);
  const copy = async () => {
    await navigator.clipboard.writeText(text);
    setCopied(true);
    setTimeout(() => setCopied(false), 1500);
  };
  return (
    <button
      class="button tiny"
      type="button"
      aria-label={`Copy the command: ${title}`}
      onClick={() => void copy()}
    >
      <span role="status">{isCopied ? 'Copied' : 'Copy'}</span>
    </button>
  );
}
