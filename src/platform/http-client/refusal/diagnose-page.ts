import { OutboundError } from '../outbound-errors.js';
import { shareServiceOf } from './share-service.js';
import { hasExpired } from './signed-url.js';
import { OUTBOUND_ERRORS } from '../error-table.js';

/** A response without an image: an error or a page. */
export interface PageAnswer {
  status: number;
  header: (name: string) => string | undefined;
  /** URL after all redirects. */
  url: URL;
  wasRedirected: boolean;
  /** The beginning of the body. */
  page: string;
  userAgent: string;
}

const CHALLENGE_STATUSES = new Set([200, 202, 401, 403, 405, 429, 503]);
/**
 * Cloudflare, Imperva, DataDome, PerimeterX, AWS WAF, DDoS-Guard, SiteGround, Sucuri, Anubis, Google,
 * and the CAPTCHAs that shops put before their pages.
 */
const CHALLENGE =
  /just a moment\.\.\.|challenge-platform|cf[-_]chl|attention required! \| cloudflare|_incapsula_resource|captcha-delivery\.com|px-captcha|awswafcookie|awswaf\.com|ddos-guard|sgcaptcha|checking your browser before|verify you are (a )?human|sucuri_cloudproxy|making sure you(&#39;|')re not a bot|detected unusual traffic from your|class=["']?(g-recaptcha|h-captcha|cf-turnstile)|challenges\.cloudflare\.com\/turnstile/i;
const SIGN_IN_PATH =
  /(^|[/_-])((service)?log[_-]?in|sign[_-]?in|sso|authorize|auth\/realms|accounts?\/login)([/_.-]|$)/i;
const PASSWORD_FIELD = /type=["']?password/i;
/** Google Drive asks for a confirmation before it sends a large file. */
const VIRUS_SCAN =
  /can(&#39;|'|’)t scan this file for viruses|virus scan warning|id=["']?download-form/i;
const HTML = /<(!doctype html|html|head|body)\b/i;

/** Returns a more precise error for a response than its status gives, or undefined. */
export function diagnosePage(answer: PageAnswer): OutboundError | undefined {
  const { status, url, page, wasRedirected } = answer;
  const host = url.hostname;
  if (isChallenge(answer)) return challenged(host, answer.userAgent);
  if (hasExpired(status, url, page)) {
    return new OutboundError(OUTBOUND_ERRORS.link_expired, {
      message: `The link to ${host} has expired. Export the catalog again and upload it soon after, or use links that do not expire.`,
      details: { http_status: status },
    });
  }
  if (!HTML.test(page)) return undefined;
  const service = shareServiceOf(url);
  if (service === 'Google Drive' && status < 400 && VIRUS_SCAN.test(page)) return virusScanPage();
  const isSignIn = (wasRedirected && SIGN_IN_PATH.test(url.pathname)) || PASSWORD_FIELD.test(page);
  if (service && status < 400) return sharePage(service, isSignIn || host.startsWith('accounts.'));
  if (isSignIn && (status < 400 || status === 401 || status === 403)) {
    return new OutboundError(OUTBOUND_ERRORS.sign_in_page, {
      message: `${host} answered with its sign-in page. Make the file public, or give Pressroom a key with REQUEST_HEADERS_FILE.`,
      details: { http_status: status },
    });
  }
  return undefined;
}

function isChallenge({ status, header, page }: PageAnswer): boolean {
  if (!CHALLENGE_STATUSES.has(status)) return false;
  if ([header('cf-mitigated'), header('x-vercel-mitigated')].includes('challenge')) return true;
  if (/^(challenge|captcha)$/.test(header('x-amzn-waf-action') ?? '')) return true;
  return CHALLENGE.test(page);
}

function challenged(host: string, userAgent: string): OutboundError {
  return new OutboundError(OUTBOUND_ERRORS.bot_challenge, {
    message:
      `The firewall of ${host} requires a browser check. ` +
      `Have it allow the address of this server, or the user agent "${userAgent}" (USER_AGENT).`,
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
