import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import type { Env } from '../../platform/config/env.js';
import { error, type Finding, ok, warning } from './finding.js';

/** Host that IANA reserves and that the public DNS always resolves. */
const PUBLIC_TEST_HOST = 'example.com';

/** Looks up the hosts in the settings and one public host. */
export async function* checkDns(env: Env): AsyncGenerator<Finding> {
  const urls = { WEBHOOK_URL: env.WEBHOOK_URL, S3_ENDPOINT: env.S3_ENDPOINT };
  for (const [setting, url] of Object.entries(urls)) {
    const host = url && new URL(url).hostname.replace(/^\[|\]$/g, '');
    if (!host || isIP(host)) continue;
    const errorCode = await findLookupError(host);
    if (!errorCode) continue;
    yield error(
      'dns.settings',
      `The host "${host}" in ${setting} cannot be resolved (${errorCode}).`,
      `Correct ${setting} or the name server (/etc/resolv.conf).`,
    );
  }
  const errorCode = await findLookupError(PUBLIC_TEST_HOST);
  yield errorCode
    ? warning(
        'dns.public',
        `Public host names cannot be resolved (${PUBLIC_TEST_HOST}: ${errorCode}).`,
        'Configure a name server (/etc/resolv.conf) and allow port 53, unless all images are on internal hosts.',
      )
    : ok('dns.public', 'Public host names can be resolved.');
}

async function findLookupError(host: string): Promise<string | undefined> {
  try {
    await lookup(host);
    return undefined;
  } catch (cause) {
    return (cause as NodeJS.ErrnoException).code;
  }
}
