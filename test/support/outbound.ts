import { Downloader, type DownloadLimits } from '../../src/platform/http-client/downloader.js';
import { guardedAgents } from '../../src/platform/http-client/guarded-agent.js';
import { HostLimit } from '../../src/platform/http-client/host-limit.js';
import { OutboundHttp } from '../../src/platform/http-client/outbound-http.js';
import { OutboundPolicy } from '../../src/platform/http-client/outbound-policy.js';
import { Poster } from '../../src/platform/http-client/poster.js';
import { systemResolver, type Resolver } from '../../src/platform/http-client/resolve-host.js';

interface Setting extends Partial<DownloadLimits> {
  allow?: string;
  resolve?: Resolver;
}

/** The real downloader with limits that a test can reach. */
export function downloaderFor({ allow = '', resolve = systemResolver, ...limits }: Setting) {
  const agents = guardedAgents(OutboundPolicy.fromText(allow), resolve, { keepAlive: true });
  return new Downloader(new OutboundHttp(agents), new HostLimit(8, 8), {
    maxBytes: 1024 * 1024,
    timeoutMs: 5000,
    maxRedirects: 3,
    minBytesPerSecond: 0,
    minSpeedWindowMs: 1000,
    ...limits,
  });
}

export function posterFor({ allow = '', resolve = systemResolver }: Setting) {
  const agents = guardedAgents(OutboundPolicy.fromText(allow), resolve, { keepAlive: false });
  return new Poster(new OutboundHttp(agents));
}
