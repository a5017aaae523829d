import { OutboundError } from '../outbound-errors.js';
import { findShareService } from './share-service.js';
import { findFirewallRefusal } from './firewall.js';
import type { PageResponse } from './page-response.js';
import { hasExpired } from './signed-url.js';
import { OUTBOUND_ERRORS } from '../error-table.js';

const SIGN_IN_PATH =
  /(^|[/_-])((service)?log[_-]?in|sign[_-]?in|sso|authorize|auth\/realms|accounts?\/login)([/_.-]|$)/i;
const PASSWORD_FIELD = /type=["']?password/i;
/** Google Drive asks for a confirmation before it sends a large file. */
const VIRUS_SCAN =
  /can(&#39;|'|’)t scan this file for viruses|virus scan warning|id=["']?download-form/i;
/** Google Drive and Dropbox stop the downloads of a file that many people request. */
const TOO_MUCH_TRAFFIC =
  /too many users have viewed or downloaded|generating too much traffic|exceeded the download quota/i;
const HTML = /<(!doctype html|html|head|body)\b/i;

/** Returns a more precise error for a response than its status gives, or undefined. */
export function diagnosePage(response: PageResponse): OutboundError | undefined {
  const { status, start, url, page } = response;
  const host = url.hostname;
  const refusal = findFirewallRefusal(response);
  if (refusal) return firewallError(host, refusal, response.userAgent);
  if (hasExpired(status, url, page)) {
    return new OutboundError(OUTBOUND_ERRORS.link_expired, {
      message: `The link to ${host} has expired. Export the catalog again and upload it soon after, or use links that do not expire.`,
      details: { http_status: status },
    });
  }
  if (!HTML.test(page)) return undefined;
  const service = findShareService(url) ?? findShareService(start);
  if (service && TOO_MUCH_TRAFFIC.test(page)) return busyShareError(service);
  if (service === 'Google Drive' && status < 400 && VIRUS_SCAN.test(page)) return virusScanPage();
  const wasRedirected = url.href !== start.href;
  const isSignIn = (wasRedirected && SIGN_IN_PATH.test(url.pathname)) || PASSWORD_FIELD.test(page);
  const asksForAccount = isSignIn || host.startsWith('accounts.');
  if (service && status < 400) return sharePage(service, asksForAccount);
  if (isSignIn && (status < 400 || status === 401 || status === 403)) {
    return new OutboundError(OUTBOUND_ERRORS.sign_in_page, {
      message: `${host} answered with its sign-in page. Make the file public, or give Pressroom a key with REQUEST_HEADERS_FILE.`,
      details: { http_status: status },
    });
  }
  return undefined;
}

function firewallError(
  host: string,
  refusal: 'challenge' | 'block',
  userAgent: string,
): OutboundError {
  const what = refusal === 'challenge' ? 'requires a browser check' : 'blocked the request';
  return new OutboundError(OUTBOUND_ERRORS.bot_challenge, {
    message:
      `The firewall of ${host} ${what}. ` +
      `Have it allow the address of this server, or the user agent "${userAgent}" (USER_AGENT).`,
  });
}

function busyShareError(service: string): OutboundError {
  return new OutboundError(OUTBOUND_ERRORS.share_page, {
    message: `${service} has stopped the downloads of this file, because too many people requested it. Use another server, or retry after a day.`,
  });
}

function virusScanPage(): OutboundError {
  return new OutboundError(OUTBOUND_ERRORS.virus_scan_page, {
    message:
      "Google Drive can't scan the file for viruses because of its size, and asks for a confirmation. " +
      'Use https://drive.usercontent.google.com/download?id=ID&export=download&confirm=t, or a smaller file.',
  });
}

function sharePage(service: string, isSignIn: boolean): OutboundError {
  const reason = isSignIn ? 'asks for a sign-in' : 'shows a page instead of the file';
  const direct: Record<string, string> = {
    'Google Drive': 'https://drive.google.com/uc?export=download&id=ID',
    Dropbox: 'the link with dl=1 at its end',
    OneDrive: 'the link with download=1 at its end',
  };
  return new OutboundError(OUTBOUND_ERRORS.share_page, {
    message: `${service} ${reason}. Share the file with anyone who has the link, and use ${direct[service]}.`,
  });
}
