import type { EntryFault } from './image-entry.js';
import { isUrl } from '../../url/parse-url.js';

/** Maximum length of a downloadable URL, in characters. Browsers and servers support at least 8 KB. */
export const MAX_URL_LENGTH = 8192;

const HTTP = /^https?:\/\//i;
/** The WHATWG URL parser removes tabs and line ends silently. */
const CONTROL = /\p{Cc}/u;

/** Returns the fault that prevents a download; undefined for a valid URL. */
export function urlFault(url: string): EntryFault | undefined {
  if (!HTTP.test(url)) return withoutHttp(url);
  if (url.length > MAX_URL_LENGTH) {
    const message = `The URL is ${url.length} characters long; at most ${MAX_URL_LENGTH} are allowed.`;
    return { code: 'url_too_long', message };
  }
  if (CONTROL.test(url) || !isUrl(url)) {
    return {
      code: 'url_invalid',
      message: 'This is not a valid URL. Check its host name and port.',
    };
  }
  if (url.includes('@')) {
    const { username, password } = new URL(url);
    if (username !== '' || password !== '') {
      const message =
        'The URL contains a user name or password. Use a link that works without one.';
      return { code: 'url_user_info', message };
    }
  }
  return undefined;
}

function withoutHttp(text: string): EntryFault {
  if (/^(?:[a-z]:[\\/]|\\\\|file:)/i.test(text)) {
    const message = 'This is a path on a computer. Use a link that starts with https://.';
    return { code: 'url_local_path', message };
  }
  if (/^[a-z][a-z0-9+.-]*:/i.test(text)) {
    const message = 'Only http:// and https:// links can be downloaded. Use one of them.';
    return { code: 'url_scheme', message };
  }
  const message = 'This is not a URL. Use a link that starts with https://.';
  return { code: 'url_invalid', message };
}
