import { useEffect, useState } from 'preact/hooks';

/** Paths of the views. They differ from the API paths. `src/modules/web` serves index.html for each. */
export type Route =
  | { view: 'start' }
  | { view: 'request'; id: string; tab: RequestTab }
  | { view: 'requests' }
  | { view: 'help' }
  | { view: 'operator' }
  | { view: 'unknown' };

export const REQUEST_TABS = ['pictures', 'figures', 'problems', 'webhook'] as const;
export type RequestTab = (typeof REQUEST_TABS)[number];

function parseRoute(path: string): Route {
  if (path === '/') return { view: 'start' };
  if (path === '/all') return { view: 'requests' };
  if (path === '/help') return { view: 'help' };
  if (path === '/operator') return { view: 'operator' };
  const [, id, tab] = /^\/r\/([0-9a-f-]{36})(?:\/(\w+))?\/?$/i.exec(path) ?? [];
  const known = REQUEST_TABS.find((name) => name === (tab ?? 'pictures'));
  return id && known ? { view: 'request', id: id.toLowerCase(), tab: known } : { view: 'unknown' };
}

export const requestPath = (id: string, tab: RequestTab = 'pictures') =>
  tab === 'pictures' ? `/r/${id}` : `/r/${id}/${tab}`;

const MOVED = 'pressroom:moved';

export function navigate(path: string, { replace = false } = {}): void {
  if (replace) history.replaceState(null, '', path);
  else history.pushState(null, '', path);
  dispatchEvent(new Event(MOVED));
}

export function useRoute(): Route {
  const [path, setPath] = useState(location.pathname);
  useEffect(() => {
    const moved = () => setPath(location.pathname);
    addEventListener('popstate', moved);
    addEventListener(MOVED, moved);
    return () => {
      removeEventListener('popstate', moved);
      removeEventListener(MOVED, moved);
    };
  }, []);
  return parseRoute(path);
}

/** Follows links within the page without a reload. The browser follows all others. */
export function followLink(event: MouseEvent): void {
  const modified = event.metaKey || event.ctrlKey || event.shiftKey || event.altKey;
  if (event.defaultPrevented || event.button !== 0 || modified) return;
  const link = (event.target as Element).closest?.('a[href]');
  if (!(link instanceof HTMLAnchorElement) || link.target || link.hasAttribute('download')) return;
  if (
    link.hash !== '' ||
    link.origin !== location.origin ||
    parseRoute(link.pathname).view === 'unknown'
  )
    return;
  event.preventDefault();
  navigate(link.pathname);
}
