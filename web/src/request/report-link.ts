import { reportToken } from '../api/client.js';

/** Address of the report of a request. */
export interface ReportLink {
  url: string;
  hasToken: boolean;
  /** Time at which the token expires. Null if it does not, or without a token. */
  expiresAt: string | null;
}

export async function reportLink(requestId: string): Promise<ReportLink> {
  const url = new URL(`/requests/${requestId}/report`, location.origin);
  const access = await reportToken(requestId);
  if (access) url.searchParams.set('token', access.token);
  return { url: url.href, hasToken: access !== null, expiresAt: access?.expires_at ?? null };
}

/** Opens the report and the print dialog of the browser. The report itself has no script. */
export function printReport({ url }: ReportLink): void {
  const tab = open(url, '_blank');
  tab?.addEventListener('load', () => tab.print());
}
