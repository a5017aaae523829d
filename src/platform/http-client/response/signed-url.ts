import { getUrlExpiry } from '../../url/url-expiry.js';

/** Statuses with which servers reject an expired signature. */
const REJECTION_STATUSES = new Set([400, 401, 403, 404, 410]);
const EXPIRED_PAGE = /(link|url|signature) (has |is )?expired/i;
/** Storage services respond with XML, JSON or plain text: "Request has expired", "ExpiredToken". */
const EXPIRED_BODY = /expired|signature not valid in the specified time/i;
/** URLs of Airtable attachments are valid for only a few hours. */
const SHORT_LIVED_HOST = /(^|\.)(airtableusercontent\.com|airtable\.com)$/;

/**
 * Returns true if a server rejected a URL because it has expired, according to the response or the URL
 * itself.
 */
export function hasExpired(status: number, url: URL, page: string, now = Date.now()): boolean {
  if (!REJECTION_STATUSES.has(status)) return false;
  const pattern = /<html/i.test(page) ? EXPIRED_PAGE : EXPIRED_BODY;
  if (pattern.test(page)) return true;
  if (status === 410 && SHORT_LIVED_HOST.test(url.hostname)) return true;
  const expiry = getUrlExpiry(url);
  return expiry !== undefined && expiry < now;
}
