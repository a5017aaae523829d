import { useEffect, useState } from 'preact/hooks';

/** A view and its parameters. View paths differ from API paths. `src/modules/web` serves index.html for each view. */
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
  const knownTab = REQUEST_TABS.find((name) => name === (tab ?? 'pictures'));
  if (!id || !knownTab) return { view: 'unknown' };
  return { view: 'request', id: id.toLowerCase(), tab: knownTab };
}

export const getRequestPath = (id: string, tab: RequestTab = 'pictures') =>
  tab === 'pictures' ? `/r/${id}` : `/r/${id}/${tab}`;

const NAVIGATION_EVENT = 'pressroom:moved';

export function navigate(path: string, { replace = false } = {}): void {
  if (replace) history.replaceState(null, '', path);
  else history.pushState(null, '', path);
  dispatchEvent(new Event(NAVIGATION_EVENT));
}

export function useRoute(): Route {
  const [path, setPath] = useState(location.pathname);
  useEffect(() => {
    const updatePath = () => setPath(location.pathname);
    addEventListener('popstate', updatePath);
    addEventListener(NAVIGATION_EVENT, updatePath);
    return () => {
      removeEventListener('popstate', updatePath);
      removeEventListener(NAVIGATION_EVENT, updatePath);
    };
  }, []);
  return parseRoute(path);
}

/** Follows links to other views without a reload. The browser follows all other links. */
export function followLink(event: MouseEvent): void {
  const hasModifierKey = event.metaKey || event.ctrlKey || event.shiftKey || event.altKey;
  if (event.defaultPrevented || event.button !== 0 || hasModifierKey) return;
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
