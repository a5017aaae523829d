import type { EntryFault } from './image-entry.js';
import { isUrl } from '../../url/parse-url.js';

/** Maximum length of a downloadable URL, in characters. Browsers and servers support at least 8 KB. */
export const MAX_URL_LENGTH = 8192;

const HTTP_SCHEME = /^https?:\/\//i;
/** Control characters. The WHATWG URL parser silently removes tabs and line endings. */
const CONTROL_CHARACTER = /\p{Cc}/u;

/** Finds the fault that prevents a download. Returns undefined for a valid URL. */
export function findUrlFault(url: string): EntryFault | undefined {
  if (!HTTP_SCHEME.test(url)) return createNonHttpFault(url);
  if (url.length > MAX_URL_LENGTH) {
    const message = `The URL is ${url.length} characters long; at most ${MAX_URL_LENGTH} are allowed.`;
    return { code: 'url_too_long', message };
  }
  if (CONTROL_CHARACTER.test(url) || !isUrl(url)) {
    return {
      code: 'url_invalid',
      message: 'This is not a valid URL. Check its host name and port.',
    };
  }
  if (url.includes('@')) {
    const { username, password } = new URL(url);
    if (username !== '' || password !== '') {
      const message =
        'The URL contains a user name or password. Use a URL that works without them.';
      return { code: 'url_user_info', message };
    }
  }
  return undefined;
}

function createNonHttpFault(text: string): EntryFault {
  if (/^(?:[a-z]:[\\/]|\\\\|file:)/i.test(text)) {
    const message = 'This is a local file path, not a URL. Use a URL that starts with https://.';
    return { code: 'url_local_path', message };
  }
  if (/^[a-z][a-z0-9+.-]*:/i.test(text)) {
    const message = 'Only http:// and https:// URLs can be downloaded. Correct the URL.';
    return { code: 'url_scheme', message };
  }
  const message = 'This is not a URL. Use a URL that starts with https://.';
  return { code: 'url_invalid', message };
}
