import './start.css';
import type { RefObject } from 'preact';
import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { counted } from '../format.js';
import { Fault } from '../parts/fault.js';
import { fetchSample } from './catalog.js';
import type { CheckResult } from './check.js';
import { CheckedCatalog } from './checked-catalog.js';
import { DropZone, useFileDrop } from './drop-zone.js';
import { PasteLinks } from './paste-links.js';
import { RefusedCatalog } from './refused-catalog.js';
import { RefusedLinks } from './refused-links.js';
import { useCheck } from './use-check.js';

/** Where everything begins: a catalog is given, looked at, and sent on its way. */
export function StartView() {
  const { result, busy, fault, lookAt, again, startOver } = useCheck();
  const [links, setLinks] = useState('');
  const look = useCallback((file: File) => lookAt({ from: 'disk', file }), [lookAt]);
  const over = useFileDrop(look);
  const list = { text: links, busy, onText: setLinks, onCatalog: lookAt };
  const view = useRef<HTMLDivElement>(null);
  useFromTheTop(view, result);

  return (
    <div class="start" ref={view}>
      <p class="unseen" role="status">
        {busy ? 'Checking the catalog' : result ? announce(result) : ''}
      </p>
      {result && <Fault error={fault} onKey={again} onRetry={again} />}
      {result?.kind === 'ready' && (
        <CheckedCatalog key={result.catalog} {...result} onStartOver={startOver} />
      )}
      {result?.kind === 'refused' &&
        (result.catalog.from === 'links' ? (
          <RefusedLinks
            lines={result.catalog.lines}
            problem={result.problem}
            onStartOver={startOver}
            {...list}
          />
        ) : (
          <RefusedCatalog
            file={result.catalog.file}
            problem={result.problem}
            onStartOver={startOver}
          />
        ))}
      {!result && (
        <div class="welcome">
          <div class="stack">
            <h1 tabIndex={-1}>Lighter images for your whole catalog</h1>
            <p class="soft intro">
              Give Pressroom your product CSV. It fetches every image, compresses it, and returns
              the same CSV with a column of new links.
            </p>
          </div>
          <DropZone over={over} busy={busy} onFile={look} />
          <Fault error={fault} onKey={again} onRetry={again} />
          <div class="other-ways">
            <PasteLinks {...list} />
            <div class="sample">
              <button
                class="button"
                type="button"
                disabled={busy}
                onClick={() => lookAt(fetchSample)}
              >
                Try the sample
              </button>
              <span class="soft small">Eight products, made-up examples. No internet needed.</span>
            </div>
          </div>
        </div>
      )}
      {result && busy && <p class="notice">Checking the new file…</p>}
    </div>
  );
}

/** What comes of a catalog begins at its top, for eyes and for the keyboard. */
function useFromTheTop(view: RefObject<HTMLElement | null>, shown: CheckResult | undefined): void {
  const before = useRef(shown);
  useEffect(() => {
    if (before.current === shown) return;
    before.current = shown;
    view.current?.querySelector('h1')?.focus({ preventScroll: true });
    scrollTo(0, 0);
  }, [shown]);
}

function announce(result: CheckResult): string {
  const { name } = result.catalog.file;
  if (result.kind === 'refused') return `${name} can't be used as it is.`;
  const { products, images } = result.answer;
  return `${name} is ready: ${counted(products, 'product')}, ${counted(images, 'image')}.`;
}
