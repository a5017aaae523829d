/** Statuses with which servers reject an expired signature. */
const REFUSALS = new Set([400, 401, 403, 404, 410]);
const EXPIRED_PAGE = /(link|url|signature) (has |is )?expired/i;
/** Storage services respond with XML, JSON or plain text: "Request has expired", "ExpiredToken". */
const EXPIRED_BODY = /expired|signature not valid in the specified time/i;
/** Attachments of Airtable have URLs that are valid for hours. */
const SHORT_LIVED = /(^|\.)(airtableusercontent\.com|airtable\.com)$/;

/**
 * Returns true if a server rejected a URL because it has expired, according to the response or the URL
 * itself.
 */
export function hasExpired(status: number, url: URL, page: string, now = Date.now()): boolean {
  if (!REFUSALS.has(status)) return false;
  const pattern = /<html/i.test(page) ? EXPIRED_PAGE : EXPIRED_BODY;
  if (pattern.test(page)) return true;
  if (status === 410 && SHORT_LIVED.test(url.hostname)) return true;
  const expiry = findExpiry(url);
  return expiry !== undefined && expiry < now;
}

/**
 * Returns the expiry of a signed URL of S3, Google Cloud, CloudFront or Azure, in milliseconds since the
 * epoch.
 */
function findExpiry({ searchParams }: URL): number | undefined {
  const parameters = new Map(
    Array.from(searchParams, ([name, value]) => [name.toLowerCase(), value]),
  );
  for (const vendor of ['x-amz', 'x-goog']) {
    const begin = basicIsoDate(parameters.get(`${vendor}-date`) ?? '');
    const seconds = Number(parameters.get(`${vendor}-expires`));
    if (begin && seconds > 0) return begin + seconds * 1000;
  }
  if (parameters.has('signature') && /^\d{9,11}$/.test(parameters.get('expires') ?? '')) {
    return Number(parameters.get('expires')) * 1000;
  }
  const azure = parameters.has('sig') ? Date.parse(parameters.get('se') ?? '') : Number.NaN;
  return Number.isNaN(azure) ? undefined : azure;
}

/** Parses a date such as `20261125T180000Z`. */
function basicIsoDate(text: string): number | undefined {
  const [, ...parts] = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(text) ?? [];
  if (parts.length === 0) return undefined;
  const [year, month, day, hour, minute, second] = parts.map(Number);
  return Date.UTC(year, month - 1, day, hour, minute, second);
}
