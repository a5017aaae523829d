import { MAX_URL_LENGTH } from '../../platform/http-client/outbound-url.js';

export interface UrlFault {
  code: 'url_scheme' | 'url_too_long' | 'url_user_info' | 'url_invalid';
  message: string;
}

const PLAIN_SCHEME = /^https?:\/\//i;
// eslint-disable-next-line no-control-regex -- WHATWG URL drops tabs and line ends silently
const CONTROL = /[\u0000-\u001F\u007F]/;

/** What is wrong with an input URL; undefined when it can be fetched (its address is checked then). */
export function urlFault(url: string): UrlFault | undefined {
  if (!PLAIN_SCHEME.test(url)) {
    return /^[a-z][a-z0-9+.-]*:/i.test(url)
      ? { code: 'url_scheme', message: 'Only http:// and https:// URLs can be fetched.' }
      : {
          code: 'url_invalid',
          message: 'This is not a URL: it starts with neither http:// nor https://.',
        };
  }
  if (url.length > MAX_URL_LENGTH) {
    const message = `The URL is ${url.length} characters long; at most ${MAX_URL_LENGTH} are allowed.`;
    return { code: 'url_too_long', message };
  }
  if (CONTROL.test(url) || !URL.canParse(url)) {
    return {
      code: 'url_invalid',
      message: 'This is not a valid URL: check its host name and port.',
    };
  }
  if (url.includes('@')) {
    const { username, password } = new URL(url);
    if (username !== '' || password !== '') {
      const message = 'The URL holds a user name or password. Use a link that works without one.';
      return { code: 'url_user_info', message };
    }
  }
  return undefined;
}
