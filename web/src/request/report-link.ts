import { createReportToken } from '../api/client.js';

/** URL of a request's report. */
export interface ReportLink {
  url: string;
  hasToken: boolean;
  /** Expiry of the token. Null if the token never expires, or if there is no token. */
  expiresAt: string | null;
}

export async function createReportLink(requestId: string): Promise<ReportLink> {
  const url = new URL(`/requests/${requestId}/report`, location.origin);
  const token = await createReportToken(requestId);
  if (token) url.searchParams.set('token', token.token);
  return { url: url.href, hasToken: token !== null, expiresAt: token?.expires_at ?? null };
}

/** Opens the report and the browser's print dialog. The report contains no script that could do so. */
export function printReport({ url }: ReportLink): void {
  const tab = open(url, '_blank');
  tab?.addEventListener('load', () => tab.print());
}
