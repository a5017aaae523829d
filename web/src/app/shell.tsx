import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { KeyDialog } from './key-dialog.js';
import { followLink, type Route } from './router.js';

const NAV_ITEMS = [
  { href: '/', label: 'Start', view: 'start' },
  { href: '/all', label: 'All catalogs', view: 'requests' },
  { href: '/help', label: 'Setup help', view: 'help' },
] as const;

/** Layout around all views. */
export function Shell({ route, children }: { route: Route; children: ComponentChildren }) {
  const main = useRef<HTMLElement>(null);
  const viewKey = route.view === 'request' ? route.id : route.view;
  const previousViewKey = useRef(viewKey);
  useEffect(() => {
    // Scrolls to the top of a new view and focuses the view. A reload keeps position and focus.
    if (previousViewKey.current === viewKey) return;
    previousViewKey.current = viewKey;
    main.current?.focus({ preventScroll: true });
    scrollTo(0, 0);
  }, [viewKey]);

  return (
    <div onClick={followLink}>
      <a class="skip" href="#main">
        Skip to content
      </a>
      <header class="top">
        <a class="brand" href="/" aria-label="Pressroom">
          <Logo />
          <span>Pressroom</span>
        </a>
        <nav aria-label="Views">
          {NAV_ITEMS.map(({ href, label, view }) => (
            <a key={href} href={href} aria-current={route.view === view ? 'page' : undefined}>
              {label}
            </a>
          ))}
        </nav>
      </header>
      <main id="main" ref={main} tabIndex={-1}>
        {children}
      </main>
      <footer class="foot">
        <span>Everything stays on this server.</span>
        <a href="/docs" target="_blank">
          API reference
        </a>
        <a href="/operator">Operator</a>
      </footer>
      <KeyDialog />
    </div>
  );
}

/** Draws the logo: four lines, each shorter than the line above. */
function Logo() {
  return (
    <svg width="26" height="26" viewBox="0 0 32 32" aria-hidden="true">
      <path d="M4 5h24v5H4zM7 13h18v4H7zM10 20h12v3H10zM13 26h6v2h-6z" />
    </svg>
  );
}
