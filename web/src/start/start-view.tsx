import './start.css';
import type { RefObject } from 'preact';
import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { ErrorNotice } from '../components/error-notice.js';
import { fetchSample, getCatalogTitle } from './catalog.js';
import { CheckedCatalog } from './check/checked-catalog.js';
import { DropZone, useFileDrop } from './drop-zone.js';
import { CatalogUrlForm } from './links/catalog-url-form.js';
import { PasteLinks } from './links/paste-links.js';
import { describeFile } from './check/describe-file.js';
import { RejectedCatalog } from './check/rejected-catalog.js';
import { RejectedLinks } from './links/rejected-links.js';
import { type CheckedDraft, useDraft } from './use-draft.js';

/** Lets the user choose a file, check it and upload it. */
export function StartView() {
  const {
    draft,
    isBusy,
    error,
    openCatalog,
    changeFileOptions,
    updateDraft,
    retryCheck,
    startOver,
  } = useDraft();
  const [links, setLinks] = useState('');
  const openFile = useCallback((file: File) => openCatalog({ from: 'disk', file }), [openCatalog]);
  const isDraggedOver = useFileDrop(openFile);
  const linksForm = { text: links, isBusy, onText: setLinks, onCatalog: openCatalog };
  const view = useRef<HTMLDivElement>(null);
  useScrollToTop(view, draft);

  return (
    <div class="start" ref={view}>
      <p class="visually-hidden" role="status">
        {isBusy ? 'Checking the file' : draft ? describeDraft(draft) : ''}
      </p>
      {draft && <ErrorNotice error={error} onKeyEntered={retryCheck} onRetry={retryCheck} />}
      {draft?.response && (
        <CheckedCatalog
          key={draft.catalog}
          draft={draft}
          response={draft.response}
          isBusy={isBusy}
          onFileOptionsChange={changeFileOptions}
          onChange={updateDraft}
          onStartOver={startOver}
        />
      )}
      {draft?.rejection &&
        !draft.response &&
        (draft.catalog.from === 'links' ? (
          <RejectedLinks
            lineNumbers={draft.catalog.lines}
            problem={draft.rejection}
            onStartOver={startOver}
            {...linksForm}
          />
        ) : (
          <RejectedCatalog
            draft={draft}
            problem={draft.rejection}
            isBusy={isBusy}
            onFileOptionsChange={changeFileOptions}
            onStartOver={startOver}
          />
        ))}
      {!draft && (
        <div class="welcome">
          <div class="stack">
            <h1 tabIndex={-1}>Lighter images for your whole catalog</h1>
            <p class="soft intro">
              Give Pressroom your shop’s product file. It compresses every image and returns the
              same file with new links.
            </p>
          </div>
          <DropZone isDraggedOver={isDraggedOver} isBusy={isBusy} onFile={openFile} />
          <ErrorNotice error={error} onKeyEntered={retryCheck} onRetry={retryCheck} />
          <div class="other-ways">
            <CatalogUrlForm isBusy={isBusy} onCatalog={openCatalog} />
            <PasteLinks {...linksForm} />
            <div class="sample">
              <button
                class="button"
                type="button"
                disabled={isBusy}
                onClick={() => openCatalog(fetchSample)}
              >
                Try the sample
              </button>
              <span class="soft small">Eight sample products. No internet connection needed.</span>
            </div>
          </div>
        </div>
      )}
    </div>
  );
}

/** Scrolls to the top and focuses the heading for a new file, but not after another check of the same file. */
function useScrollToTop(
  view: RefObject<HTMLElement | null>,
  draft: CheckedDraft | undefined,
): void {
  const shownView = draft && (draft.response ? 'checked' : 'rejected');
  const catalog = draft?.catalog;
  const isFirstRender = useRef(true);
  useEffect(() => {
    if (isFirstRender.current) {
      isFirstRender.current = false;
      return;
    }
    view.current?.querySelector('h1')?.focus({ preventScroll: true });
    scrollTo(0, 0);
  }, [catalog, shownView]);
}

function describeDraft({ catalog, response, rejection }: CheckedDraft): string {
  const name = getCatalogTitle(catalog);
  if (rejection || !response) return `${name} can't be used without changes.`;
  return `${name} is ready: ${describeFile(response)}.`;
}
