import { Downloader, type DownloadLimits } from '../../src/platform/http-client/downloader.js';
import { FileFetcher } from '../../src/platform/http-client/file-fetcher.js';
import { createGuardedAgents } from '../../src/platform/http-client/connection/guarded-agent.js';
import { OriginRegistry } from '../../src/platform/http-client/origin/origin-registry.js';
import { OutboundHttp } from '../../src/platform/http-client/request/outbound-http.js';
import { OutboundPolicy } from '../../src/platform/http-client/address/outbound-policy.js';
import { Poster } from '../../src/platform/http-client/poster.js';
import {
  systemResolver,
  type Resolver,
} from '../../src/platform/http-client/address/resolve-host.js';

interface OutboundOptions extends Partial<DownloadLimits> {
  allow?: string;
  resolve?: Resolver;
}

/** Returns a downloader with limits that are low enough for tests. */
export function createDownloader({
  allow = '',
  resolve = systemResolver,
  ...limits
}: OutboundOptions) {
  const origins = new OriginRegistry({ maxConcurrency: 8, maxConcurrencyPerHost: 8, resolve });
  const policy = OutboundPolicy.fromText(allow);
  const agents = createGuardedAgents(policy, origins.lookUp, { keepAlive: true });
  const defaults = {
    maxBytes: 1024 * 1024,
    timeoutMs: 5000,
    maxRedirects: 3,
    minBytesPerSecond: 0,
    minSpeedWindowMs: 1000,
  };
  return new Downloader(new OutboundHttp(agents), { ...defaults, ...limits }, origins);
}

/** Returns a fetcher for product files. */
export function createFileFetcher({ allow = '', maxBytes = 1024 * 1024 }: OutboundOptions) {
  const agents = createGuardedAgents(OutboundPolicy.fromText(allow), systemResolver, {
    keepAlive: false,
  });
  return new FileFetcher(new OutboundHttp(agents), {
    responseTimeoutMs: 5000,
    timeoutMs: 5000,
    maxRedirects: 3,
    maxBytes,
    minBytesPerSecond: 0,
    minSpeedWindowMs: 1000,
  });
}

/** Returns a client that posts webhooks. */
export function createPoster({ allow = '', resolve = systemResolver }: OutboundOptions) {
  const agents = createGuardedAgents(OutboundPolicy.fromText(allow), resolve, { keepAlive: false });
  return new Poster(new OutboundHttp(agents));
}
