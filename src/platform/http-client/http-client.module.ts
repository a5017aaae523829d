import { Logger, Module, type OnModuleInit } from '@nestjs/common';
import { Env } from '../config/env.js';
import { cachedResolver } from './cached-resolver.js';
import { Downloader } from './downloader.js';
import { FileFetcher } from './file-fetcher.js';
import { guardedAgents } from './guarded-agent.js';
import { HostLimit } from './host-limit.js';
import { OutboundHttp } from './outbound-http.js';
import { OutboundPolicy } from './outbound-policy.js';
import { Poster } from './poster.js';
import { systemResolver } from './resolve-host.js';
import { UrlCheck } from './public-url.js';

/** An idle connection is closed by us before most servers close it (nginx 75 s, Apache 5 s). */
const KEEP_IDLE_MS = 4000;
/** What axios asks for with every request; another value would be set in turns with it, a call each. */
const PROBE_MS = 60_000;
const MIN_SPEED_WINDOW_MS = 10_000;

/** Everything that Pressroom sends to servers of others goes through the providers of this module. */
@Module({
  providers: [
    {
      provide: OutboundPolicy,
      inject: [Env],
      useFactory: (env: Env) => OutboundPolicy.fromText(env.OUTBOUND_ALLOW),
    },
    {
      provide: UrlCheck,
      inject: [OutboundPolicy],
      useFactory: (policy: OutboundPolicy) => new UrlCheck(policy, systemResolver),
    },
    {
      provide: Downloader,
      inject: [Env, OutboundPolicy],
      useFactory: createDownloader,
    },
    {
      provide: FileFetcher,
      inject: [Env, OutboundPolicy],
      useFactory: createFileFetcher,
    },
    {
      provide: Poster,
      inject: [OutboundPolicy],
      useFactory: (policy: OutboundPolicy) =>
        new Poster(new OutboundHttp(guardedAgents(policy, systemResolver, { keepAlive: false }))),
    },
  ],
  exports: [Downloader, FileFetcher, Poster, UrlCheck],
})
export class HttpClientModule implements OnModuleInit {
  private readonly logger = new Logger('Net');

  constructor(private readonly env: Env) {}

  onModuleInit(): void {
    if (this.env.OUTBOUND_ALLOW) {
      this.logger.warn(`OUTBOUND_ALLOW opens private addresses: ${this.env.OUTBOUND_ALLOW}`);
    }
  }
}

function createDownloader(env: Env, policy: OutboundPolicy): Downloader {
  const agents = guardedAgents(policy, cachedResolver(systemResolver), {
    keepAlive: true,
    keepAliveMsecs: PROBE_MS,
    timeout: KEEP_IDLE_MS,
    maxFreeSockets: env.DOWNLOAD_CONCURRENCY_PER_HOST,
  });
  return new Downloader(
    new OutboundHttp(agents),
    new HostLimit(env.DOWNLOAD_CONCURRENCY, env.DOWNLOAD_CONCURRENCY_PER_HOST),
    {
      maxBytes: env.MAX_IMAGE_BYTES,
      timeoutMs: env.DOWNLOAD_TIMEOUT_SECONDS * 1000,
      maxRedirects: env.MAX_REDIRECTS,
      minBytesPerSecond: env.DOWNLOAD_MIN_BYTES_PER_SECOND,
      minSpeedWindowMs: MIN_SPEED_WINDOW_MS,
    },
  );
}

/** Product files are few: their connections are not kept. */
function createFileFetcher(env: Env, policy: OutboundPolicy): FileFetcher {
  const agents = guardedAgents(policy, systemResolver, { keepAlive: false });
  return new FileFetcher(new OutboundHttp(agents), {
    answerTimeoutMs: env.DOWNLOAD_TIMEOUT_SECONDS * 1000,
    timeoutMs: env.UPLOAD_TIMEOUT_SECONDS * 1000,
    maxRedirects: env.MAX_REDIRECTS,
    minBytesPerSecond: env.DOWNLOAD_MIN_BYTES_PER_SECOND,
    minSpeedWindowMs: MIN_SPEED_WINDOW_MS,
  });
}
