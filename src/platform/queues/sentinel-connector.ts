import type { ConnectionOptions } from 'node:tls';
import type { Socket } from 'node:net';
import { type RedisOptions, SentinelConnector } from 'ioredis';
import type { SentinelUrl } from '../config/redis-sentinel-url.js';
import { authenticate } from './redis-connector.js';
import { RedisUnavailableError } from './redis-errors.js';

type ErrorEmitter = Parameters<SentinelConnector['connect']>[0];

/** Time after which the next Sentinel is queried. */
const SENTINEL_TIMEOUT_MS = 2000;

export interface SentinelSettings {
  username: string;
  password: string;
  tls: ConnectionOptions;
  /** Returns the delay before all Sentinels are queried again, in milliseconds; null to stop. */
  computeRetryDelayMs: (attempt: number) => number | null;
}

/** Returns ioredis options that connect to the primary that the Sentinels report. */
export function createSentinelOptions(url: SentinelUrl, settings: SentinelSettings): RedisOptions {
  const { username, password, tls, computeRetryDelayMs } = settings;
  return {
    name: url.name,
    sentinels: url.sentinels,
    db: url.database,
    sentinelUsername: username || undefined,
    sentinelPassword: password || undefined,
    sentinelCommandTimeout: SENTINEL_TIMEOUT_MS,
    sentinelRetryStrategy: computeRetryDelayMs,
    ...(url.tls ? { tls, sentinelTLS: tls, enableTLSForSentinelMode: true } : {}),
    // A primary that became a replica rejects writes. The Sentinels report the new primary.
    reconnectOnError: ({ message }) => message.startsWith('READONLY'),
    Connector: createSentinelConnector(url),
  };
}

/** Authenticates with the primary before ioredis sees the connection, like `createAuthenticatingConnector`. */
function createSentinelConnector({ credentials, name }: SentinelUrl) {
  return class AuthenticatingSentinelConnector extends SentinelConnector {
    constructor(options: unknown) {
      super(options as RedisOptions);
    }

    override async connect(emit: ErrorEmitter): Promise<Socket> {
      let reason = '';
      const socket = await super.connect((type, error) => {
        if (type === 'sentinelError') reason = explainSentinelError(error, name);
        else emit(type, new RedisUnavailableError(reason, error));
      });
      this.firstError = await authenticate(socket, credentials, this.options.connectTimeout!);
      return socket;
    }
  };
}

/** Explains the error if the Sentinels do not know the name and reply null. Returns other messages unchanged. */
const explainSentinelError = ({ message }: Error, name: string): string =>
  message.endsWith('invalid reply: null')
    ? `the Sentinels do not know a primary named ${name}`
    : message;
