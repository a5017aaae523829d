import { Logger, Module, type OnModuleInit } from '@nestjs/common';
import { Env } from '../config/env.js';
import { readRequestHeaders } from '../config/request-headers-file.js';
import { Downloader } from './downloader.js';
import { FileFetcher } from './file-fetcher.js';
import { createGuardedAgents } from './connection/guarded-agent.js';
import { OriginRegistry } from './origin/origin-registry.js';
import { OutboundHttp } from './request/outbound-http.js';
import { OutboundPolicy } from './address/outbound-policy.js';
import { Poster } from './poster.js';
import { buildDefaultUserAgent, RequestHeaders } from './request/request-headers.js';
import { systemResolver } from './address/resolve-host.js';
import { UrlCheck } from './address/public-url.js';

/** Closes idle connections before most servers close them (nginx 75 s, Apache 5 s). */
const IDLE_TIMEOUT_MS = 4000;
/**
 * The keep-alive delay that axios sets on every request. A different value would cost an extra system call
 * each time.
 */
const KEEP_ALIVE_DELAY_MS = 60_000;
const MIN_SPEED_WINDOW_MS = 10_000;

/** Provides all clients for requests to external servers. */
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
      provide: OriginRegistry,
      inject: [Env],
      useFactory: (env: Env) =>
        new OriginRegistry({
          maxConcurrency: env.DOWNLOAD_CONCURRENCY,
          maxConcurrencyPerHost: env.DOWNLOAD_CONCURRENCY_PER_HOST,
        }),
    },
    {
      provide: Downloader,
      inject: [Env, OutboundPolicy, OriginRegistry],
      useFactory: createDownloader,
    },
    {
      provide: FileFetcher,
      inject: [Env, OutboundPolicy, OriginRegistry],
      useFactory: createFileFetcher,
    },
    {
      provide: Poster,
      inject: [Env, OutboundPolicy],
      useFactory: (env: Env, policy: OutboundPolicy) =>
        new Poster(
          new OutboundHttp(
            createGuardedAgents(policy, systemResolver, { keepAlive: false }),
            getUserAgent(env),
          ),
        ),
    },
  ],
  exports: [Downloader, FileFetcher, OriginRegistry, Poster, UrlCheck],
})
export class HttpClientModule implements OnModuleInit {
  private readonly logger = new Logger('Net');

  constructor(private readonly env: Env) {}

  onModuleInit(): void {
    if (this.env.OUTBOUND_ALLOW) {
      this.logger.warn(`OUTBOUND_ALLOW allows private addresses: ${this.env.OUTBOUND_ALLOW}`);
    }
  }
}

const getUserAgent = ({ USER_AGENT, PUBLIC_URL }: Env): string =>
  USER_AGENT || buildDefaultUserAgent(PUBLIC_URL);

function createDownloader(env: Env, policy: OutboundPolicy, origins: OriginRegistry): Downloader {
  const agents = createGuardedAgents(policy, origins.lookUp, {
    keepAlive: true,
    keepAliveMsecs: KEEP_ALIVE_DELAY_MS,
    timeout: IDLE_TIMEOUT_MS,
    maxFreeSockets: env.DOWNLOAD_CONCURRENCY_PER_HOST,
  });
  return new Downloader(
    new OutboundHttp(agents, getUserAgent(env), origins),
    {
      maxBytes: env.MAX_IMAGE_BYTES,
      timeoutMs: env.DOWNLOAD_TIMEOUT_SECONDS * 1000,
      maxRedirects: env.MAX_REDIRECTS,
      allowInsecureRedirects: env.ALLOW_INSECURE_REDIRECTS === 'true',
      minBytesPerSecond: env.DOWNLOAD_MIN_BYTES_PER_SECOND,
      minSpeedWindowMs: MIN_SPEED_WINDOW_MS,
    },
    origins,
    new RequestHeaders({
      userAgent: getUserAgent(env),
      referer: env.REFERER,
      hosts: readRequestHeaders(env.REQUEST_HEADERS_FILE),
    }),
  );
}

/** Creates a fetcher without keep-alive, because product files are fetched rarely. */
function createFileFetcher(env: Env, policy: OutboundPolicy, origins: OriginRegistry): FileFetcher {
  const agents = createGuardedAgents(policy, origins.lookUp, { keepAlive: false });
  return new FileFetcher(new OutboundHttp(agents, getUserAgent(env), origins), {
    responseTimeoutMs: env.DOWNLOAD_TIMEOUT_SECONDS * 1000,
    timeoutMs: env.UPLOAD_TIMEOUT_SECONDS * 1000,
    maxRedirects: env.MAX_REDIRECTS,
    maxBytes: env.MAX_UPLOAD_BYTES,
    allowInsecureRedirects: env.ALLOW_INSECURE_REDIRECTS === 'true',
    minBytesPerSecond: env.DOWNLOAD_MIN_BYTES_PER_SECOND,
    minSpeedWindowMs: MIN_SPEED_WINDOW_MS,
  });
}
