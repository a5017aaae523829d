import './start.css';
import type { RefObject } from 'preact';
import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { ErrorNotice } from '../parts/error-notice.js';
import { fetchSample, catalogTitle } from './catalog.js';
import { CheckedCatalog } from './check/checked-catalog.js';
import { DropZone, useFileDrop } from './drop-zone.js';
import { CatalogUrlForm } from './links/catalog-url-form.js';
import { PasteLinks } from './links/paste-links.js';
import { describeFile } from './check/describe-file.js';
import { RefusedCatalog } from './check/refused-catalog.js';
import { RefusedLinks } from './links/refused-links.js';
import { type CheckedDraft, useDraft } from './use-draft.js';

/** Start view: choose a file, check it, and upload it. */
export function StartView() {
  const { draft, busy, error, open, changeFileOptions, updateDraft, retry, startOver } = useDraft();
  const [links, setLinks] = useState('');
  const openFile = useCallback((file: File) => open({ from: 'disk', file }), [open]);
  const over = useFileDrop(openFile);
  const list = { text: links, busy, onText: setLinks, onCatalog: open };
  const view = useRef<HTMLDivElement>(null);
  useScrollToTop(view, draft);

  return (
    <div class="start" ref={view}>
      <p class="visually-hidden" role="status">
        {busy ? 'Checking the file' : draft ? announce(draft) : ''}
      </p>
      {draft && <ErrorNotice error={error} onKeyEntered={retry} onRetry={retry} />}
      {draft?.response && (
        <CheckedCatalog
          key={draft.catalog}
          draft={draft}
          response={draft.response}
          busy={busy}
          onRead={changeFileOptions}
          onChange={updateDraft}
          onStartOver={startOver}
        />
      )}
      {draft?.refusal &&
        !draft.response &&
        (draft.catalog.from === 'links' ? (
          <RefusedLinks
            lines={draft.catalog.lines}
            problem={draft.refusal}
            onStartOver={startOver}
            {...list}
          />
        ) : (
          <RefusedCatalog
            draft={draft}
            problem={draft.refusal}
            busy={busy}
            onRead={changeFileOptions}
            onStartOver={startOver}
          />
        ))}
      {!draft && (
        <div class="welcome">
          <div class="stack">
            <h1 tabIndex={-1}>Lighter images for your whole catalog</h1>
            <p class="soft intro">
              Give Pressroom the product file of your shop. It compresses every image and returns
              the same file with the new links.
            </p>
          </div>
          <DropZone over={over} busy={busy} onFile={openFile} />
          <ErrorNotice error={error} onKeyEntered={retry} onRetry={retry} />
          <div class="other-ways">
            <CatalogUrlForm busy={busy} onCatalog={open} />
            <PasteLinks {...list} />
            <div class="sample">
              <button
                class="button"
                type="button"
                disabled={busy}
                onClick={() => open(fetchSample)}
              >
                Try the sample
              </button>
              <span class="soft small">Eight example products. No internet needed.</span>
            </div>
          </div>
        </div>
      )}
    </div>
  );
}

/** Scrolls to the top and moves the focus there for a new file, but not after another check. */
function useScrollToTop(
  view: RefObject<HTMLElement | null>,
  draft: CheckedDraft | undefined,
): void {
  const shown = draft && (draft.response ? 'checked' : 'refused');
  const catalog = draft?.catalog;
  const isFirst = useRef(true);
  useEffect(() => {
    if (isFirst.current) {
      isFirst.current = false;
      return;
    }
    view.current?.querySelector('h1')?.focus({ preventScroll: true });
    scrollTo(0, 0);
  }, [catalog, shown]);
}

function announce({ catalog, response, refusal }: CheckedDraft): string {
  const name = catalogTitle(catalog);
  if (refusal || !response) return `${name} can't be used as it is.`;
  return `${name} is ready: ${describeFile(response)}.`;
}
