import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import type { Env } from '../../platform/config/env.js';
import { error, type Finding, ok, warning } from './finding.js';

/** Reserved by IANA, and always in the public DNS. */
const PUBLIC_NAME = 'example.com';

/** Looks up the hosts that the settings name, and one public host. */
export async function* checkDns(env: Env): AsyncGenerator<Finding> {
  const urls = { WEBHOOK_URL: env.WEBHOOK_URL, S3_ENDPOINT: env.S3_ENDPOINT };
  for (const [setting, url] of Object.entries(urls)) {
    const host = url && new URL(url).hostname.replace(/^\[|\]$/g, '');
    if (!host || isIP(host)) continue;
    const fault = await findNameFault(host);
    if (!fault) continue;
    yield error(
      'dns.settings',
      `The host "${host}" in ${setting} has no address (${fault}).`,
      `Correct ${setting}, or the name server (/etc/resolv.conf).`,
    );
  }
  const fault = await findNameFault(PUBLIC_NAME);
  yield fault
    ? warning(
        'dns.public',
        `Public host names cannot be resolved (${PUBLIC_NAME}: ${fault}).`,
        'Configure a name server (/etc/resolv.conf) and allow port 53, unless all images are on internal hosts.',
      )
    : ok('dns.public', 'Public host names can be resolved.');
}

async function findNameFault(host: string): Promise<string | undefined> {
  try {
    await lookup(host);
    return undefined;
  } catch (thrown) {
    return (thrown as NodeJS.ErrnoException).code;
  }
}
