import { OutboundError } from '../outbound-errors.js';
import { findShareService } from './share-service.js';
import { findFirewallRejection } from './firewall.js';
import type { PageResponse } from './page-response.js';
import { hasExpired } from './signed-url.js';
import { OUTBOUND_ERRORS } from '../error-table.js';

const SIGN_IN_PATH =
  /(^|[/_-])((service)?log[_-]?in|sign[_-]?in|sso|authorize|auth\/realms|accounts?\/login)([/_.-]|$)/i;
const PASSWORD_FIELD = /type=["']?password/i;
/** Google Drive asks for a confirmation before it sends a large file. */
const VIRUS_SCAN_PAGE =
  /can(&#39;|'|’)t scan this file for viruses|virus scan warning|id=["']?download-form/i;
/** Google Drive and Dropbox stop the downloads of a file that many people request. */
const TRAFFIC_LIMIT_PAGE =
  /too many users have viewed or downloaded|generating too much traffic|exceeded the download quota/i;
const HTML_TAG = /<(!doctype html|html|head|body)\b/i;

/** Returns an error that is more precise than the status of the response, or undefined. */
export function diagnosePage(response: PageResponse): OutboundError | undefined {
  const { status, startUrl, finalUrl, page } = response;
  const host = finalUrl.hostname;
  const rejection = findFirewallRejection(response);
  if (rejection) return createFirewallError(host, rejection, response.userAgent);
  if (hasExpired(status, finalUrl, page)) {
    return new OutboundError(OUTBOUND_ERRORS.link_expired, {
      message: `The URL on ${host} has expired. Export the catalog again and upload it soon after, or use URLs that do not expire.`,
      details: { http_status: status },
    });
  }
  if (!HTML_TAG.test(page)) return undefined;
  const service = findShareService(finalUrl) ?? findShareService(startUrl);
  if (service && TRAFFIC_LIMIT_PAGE.test(page)) return createBusyShareError(service);
  if (service === 'Google Drive' && status < 400 && VIRUS_SCAN_PAGE.test(page))
    return createVirusScanError();
  const wasRedirected = finalUrl.href !== startUrl.href;
  const isSignIn =
    (wasRedirected && SIGN_IN_PATH.test(finalUrl.pathname)) || PASSWORD_FIELD.test(page);
  const requiresAccount = isSignIn || host.startsWith('accounts.');
  if (service && status < 400) return createSharePageError(service, requiresAccount);
  if (isSignIn && (status < 400 || status === 401 || status === 403)) {
    return new OutboundError(OUTBOUND_ERRORS.sign_in_page, {
      message: `${host} returned its sign-in page. Make the file public, or add credentials to REQUEST_HEADERS_FILE.`,
      details: { http_status: status },
    });
  }
  return undefined;
}

function createFirewallError(
  host: string,
  rejection: 'challenge' | 'block',
  userAgent: string,
): OutboundError {
  const action = rejection === 'challenge' ? 'requires a browser check' : 'blocked the request';
  return new OutboundError(OUTBOUND_ERRORS.bot_challenge, {
    message:
      `The firewall of ${host} ${action}. ` +
      `Ask the site to allow the IP address of this server, or the user agent "${userAgent}" (USER_AGENT).`,
  });
}

function createBusyShareError(service: string): OutboundError {
  return new OutboundError(OUTBOUND_ERRORS.share_page, {
    message: `${service} has blocked downloads of this file, because too many people requested it. Use another server, or retry after a day.`,
  });
}

function createVirusScanError(): OutboundError {
  return new OutboundError(OUTBOUND_ERRORS.virus_scan_page, {
    message:
      "Google Drive can't scan the file for viruses because of its size, and asks for a confirmation. " +
      'Use https://drive.usercontent.google.com/download?id=ID&export=download&confirm=t, or a smaller file.',
  });
}

function createSharePageError(service: string, requiresAccount: boolean): OutboundError {
  const reason = requiresAccount ? 'requires you to sign in' : 'shows a page instead of the file';
  const directLinks: Record<string, string> = {
    'Google Drive': 'https://drive.google.com/uc?export=download&id=ID',
    Dropbox: 'the link with dl=1 at the end',
    OneDrive: 'the link with download=1 at the end',
  };
  return new OutboundError(OUTBOUND_ERRORS.share_page, {
    message: `${service} ${reason}. Share the file with anyone who has the link, and use ${directLinks[service]}.`,
  });
}
