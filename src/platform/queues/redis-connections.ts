import { Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import { Redis, type RedisOptions } from 'ioredis';
import { AppError } from '../errors/app-error.js';
import { isSentinelUrl, parseSentinelUrl } from '../config/redis-sentinel-url.js';
import type { RedisCredentials } from '../config/redis-credentials.js';
import { splitRedisUrl } from '../config/redis-url.js';
import { Env } from '../config/env.js';
import { authenticatingConnector } from './redis-connector.js';
import { RedisUnavailableError } from './redis-errors.js';
import { redisTlsOptions } from './redis-tls.js';
import { sentinelOptions } from './sentinel-connector.js';

/**
 * Time without data after which a connection counts as lost. Without it a command would wait forever when
 * the network drops packets. It is longer than Bull's blocking poll (5 s).
 */
const SILENCE_MS = 10_000;

const RECONNECT_MS = 1000;
/** Increase of the delay after each failed connection attempt. */
const BACK_OFF_MS = 100;
const MAX_BACK_OFF_MS = 1000;
/** Redis logs each rejected login. */
const MAX_LOGIN_BACK_OFF_MS = 2000;

/** Reconnects quickly and rejects commands while Redis is unavailable. */
const COMMANDS: RedisOptions = {
  // Bull's add() would hang for as long as Redis is down; this rejects at once.
  maxRetriesPerRequest: 1,
  connectTimeout: 5000,
  socketTimeout: SILENCE_MS,
};

/** Rejects commands at once while Redis is unavailable, and soon while it is slow. */
const FAIL_FAST: RedisOptions = {
  ...COMMANDS,
  maxRetriesPerRequest: 0,
  enableOfflineQueue: false,
  commandTimeout: 250,
};

/** Settings that Bull requires for its blocking and subscribing connections. */
const BLOCKING: RedisOptions = {
  connectTimeout: 5000,
  socketTimeout: SILENCE_MS,
  maxRetriesPerRequest: null,
  enableReadyCheck: false,
};

/**
 * Opens the connections of this app to Redis. All queues share one for commands and one for
 * subscriptions. Each queue has its own blocking connection.
 */
@Injectable()
export class RedisConnections implements OnApplicationShutdown {
  private readonly log = new Logger('Redis');
  private readonly opened: Redis[] = [];
  private readonly shared: { client?: Redis; subscriber?: Redis } = {};
  private closing = false;
  private logged = '';
  private latestFault?: AppError;
  private connectedOnce = false;

  constructor(private readonly env: Env) {}

  /** Returns the connection that Bull asks for. `kind` is Bull's own name. */
  open(kind: 'client' | 'subscriber' | 'bclient'): Redis {
    if (kind === 'bclient') return this.connect(BLOCKING);
    return kind === 'subscriber' ? this.subscriber : this.commands;
  }

  /** Opens a connection for commands that an API call waits for. */
  openFailFast(): Redis {
    return this.connect(FAIL_FAST);
  }

  /** Returns the connection that all subscriptions share. */
  get subscriber(): Redis {
    return (this.shared.subscriber ??= this.connect(BLOCKING));
  }

  /** Returns the connection that all commands share. */
  get commands(): Redis {
    return (this.shared.client ??= this.connect(COMMANDS));
  }

  /** Error of the latest connection attempt; undefined while connected. */
  get fault(): AppError | undefined {
    return this.latestFault;
  }

  /** True when Redis has accepted a connection since the start. */
  get hasConnected(): boolean {
    return this.connectedOnce;
  }

  /** Prevents reconnects: Bull quits its connections, and ioredis would reopen them. */
  onApplicationShutdown(): void {
    this.closing = true;
    for (const connection of this.opened) connection.disconnect();
  }

  /** Name of the Redis user. */
  get user(): string {
    const url = this.env.REDIS_URL!;
    const { username }: RedisCredentials = isSentinelUrl(url)
      ? parseSentinelUrl(url).credentials
      : splitRedisUrl(url).credentials;
    return username || 'default';
  }

  private connect(options: RedisOptions): Redis {
    const retryStrategy = (attempts: number) => this.backOff(attempts);
    const connection = this.create({ ...options, retryStrategy });
    connection.on('error', (error: Error) => this.report(error));
    connection.on('ready', () => this.reportReady());
    connection.on('end', () => this.reopenLater(connection));
    this.opened.push(connection);
    return connection;
  }

  private create(options: RedisOptions): Redis {
    const { env } = this;
    const url = env.REDIS_URL!;
    const tls = redisTlsOptions(env);
    if (!isSentinelUrl(url)) {
      const server = splitRedisUrl(url);
      const Connector = authenticatingConnector(server.credentials, tls);
      return new RejectionSafeRedis(server.url, { ...options, Connector });
    }
    const sentinel = sentinelOptions(parseSentinelUrl(url), {
      username: env.REDIS_SENTINEL_USERNAME,
      password: env.REDIS_SENTINEL_PASSWORD,
      tls,
      retryDelay: (attempts) => this.backOff(attempts),
    });
    return new RejectionSafeRedis({ ...options, ...sentinel });
  }

  private backOff(attempts: number): number | null {
    if (this.closing) return null;
    const isRejected = this.latestFault && !(this.latestFault instanceof RedisUnavailableError);
    return Math.min(attempts * BACK_OFF_MS, isRejected ? MAX_LOGIN_BACK_OFF_MS : MAX_BACK_OFF_MS);
  }

  /**
   * Reopens a blocking connection. Bull closes it to end a pending poll (at a pause or stop) and reopens
   * it. After a failure, ioredis leaves it closed.
   */
  private reopenLater(connection: Redis): void {
    setTimeout(() => {
      if (!this.closing && connection.status === 'end') void connection.connect();
    }, RECONNECT_MS).unref();
  }

  private reportReady(): void {
    this.connectedOnce = true;
    this.latestFault = undefined;
    this.logged = '';
  }

  /** Logs a fault once. Each connection fails once a second while Redis is unavailable. */
  private report(error: Error): void {
    const fault =
      error instanceof AppError ? error : new RedisUnavailableError(error.message, error);
    this.latestFault = fault;
    if (fault.message === this.logged || this.closing) return;
    this.logged = fault.message;
    this.log.warn({ message: fault.message, code: fault.code });
  }
}

/** Handles rejections of commands whose reply Bull or ioredis ignore. They would end the process. */
class RejectionSafeRedis extends Redis {
  override connect(): Promise<void> {
    return super.connect().catch(() => undefined);
  }

  override sendCommand(...args: Parameters<Redis['sendCommand']>): unknown {
    const reply = super.sendCommand(...args);
    if (reply instanceof Promise) reply.catch(() => undefined);
    return reply;
  }
}
