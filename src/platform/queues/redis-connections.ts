import { Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import { Redis, type RedisOptions } from 'ioredis';
import { AppError } from '../errors/app-error.js';
import { isSentinelUrl, parseSentinelUrl } from '../config/redis-sentinel-url.js';
import type { RedisCredentials } from '../config/redis-credentials.js';
import { splitRedisUrl } from '../config/redis-url.js';
import { Env } from '../config/env.js';
import { createAuthenticatingConnector } from './redis-connector.js';
import { RedisUnavailableError } from './redis-errors.js';
import { readRedisTlsOptions } from './redis-tls.js';
import { createSentinelOptions } from './sentinel-connector.js';

/**
 * Time without data after which a connection counts as lost. Without this timeout, a command would wait
 * forever when the network drops packets. It is longer than Bull's blocking poll (5 s).
 */
const SOCKET_TIMEOUT_MS = 10_000;

const REOPEN_DELAY_MS = 1000;
/** Amount by which the delay grows after each failed connection attempt. */
const BACK_OFF_STEP_MS = 100;
const MAX_BACK_OFF_MS = 1000;
/** Maximum delay after a rejected login. Redis logs each rejected login. */
const MAX_LOGIN_BACK_OFF_MS = 2000;

/** Reconnects quickly and rejects commands while Redis is unavailable. */
const COMMAND_OPTIONS: RedisOptions = {
  // Bull's add() would hang while Redis is down. With this option, it rejects immediately.
  maxRetriesPerRequest: 1,
  connectTimeout: 5000,
  socketTimeout: SOCKET_TIMEOUT_MS,
};

/** Rejects commands immediately while Redis is unavailable, and after a short time while it is slow. */
const FAIL_FAST_OPTIONS: RedisOptions = {
  ...COMMAND_OPTIONS,
  maxRetriesPerRequest: 0,
  enableOfflineQueue: false,
  commandTimeout: 250,
};

/** Settings that Bull requires for its blocking and subscribing connections. */
const BLOCKING_OPTIONS: RedisOptions = {
  connectTimeout: 5000,
  socketTimeout: SOCKET_TIMEOUT_MS,
  maxRetriesPerRequest: null,
  enableReadyCheck: false,
};

/**
 * Opens this process's connections to Redis. All queues share one connection for commands and one for
 * subscriptions. Each queue has its own blocking connection.
 */
@Injectable()
export class RedisConnections implements OnApplicationShutdown {
  private readonly log = new Logger('Redis');
  private readonly connections: Redis[] = [];
  private readonly sharedConnections: { client?: Redis; subscriber?: Redis } = {};
  private isClosing = false;
  private loggedMessage = '';
  private latestFault?: AppError;
  private hasConnectedOnce = false;

  constructor(private readonly env: Env) {}

  /** Returns the connection that Bull requests. `kind` is the name that Bull uses. */
  openConnection(kind: 'client' | 'subscriber' | 'bclient'): Redis {
    if (kind === 'bclient') return this.connect(BLOCKING_OPTIONS);
    return kind === 'subscriber' ? this.subscriber : this.commands;
  }

  /** Opens a connection for commands that an API call waits for. */
  openFailFastConnection(): Redis {
    return this.connect(FAIL_FAST_OPTIONS);
  }

  /** Returns the connection that all subscriptions share. */
  get subscriber(): Redis {
    return (this.sharedConnections.subscriber ??= this.connect(BLOCKING_OPTIONS));
  }

  /** Returns the connection that all commands share. */
  get commands(): Redis {
    return (this.sharedConnections.client ??= this.connect(COMMAND_OPTIONS));
  }

  /** Error of the last connection attempt; undefined while connected. */
  get fault(): AppError | undefined {
    return this.latestFault;
  }

  /** True if Redis has accepted a connection since the app started. */
  get hasConnected(): boolean {
    return this.hasConnectedOnce;
  }

  /** Prevents reconnects. Bull quits its connections, and ioredis would reopen them. */
  onApplicationShutdown(): void {
    this.isClosing = true;
    for (const connection of this.connections) connection.disconnect();
  }

  /** Name of the Redis user. */
  get userName(): string {
    const url = this.env.REDIS_URL!;
    const { username }: RedisCredentials = isSentinelUrl(url)
      ? parseSentinelUrl(url).credentials
      : splitRedisUrl(url).credentials;
    return username || 'default';
  }

  private connect(options: RedisOptions): Redis {
    const retryStrategy = (attempt: number) => this.computeBackOffMs(attempt);
    const connection = this.createConnection({ ...options, retryStrategy });
    connection.on('error', (error: Error) => this.reportError(error));
    connection.on('ready', () => this.reportReady());
    connection.on('end', () => this.scheduleReopen(connection));
    this.connections.push(connection);
    return connection;
  }

  private createConnection(options: RedisOptions): Redis {
    const { env } = this;
    const url = env.REDIS_URL!;
    const tls = readRedisTlsOptions(env);
    if (!isSentinelUrl(url)) {
      const server = splitRedisUrl(url);
      const Connector = createAuthenticatingConnector(server.credentials, tls);
      return new RejectionSafeRedis(server.url, { ...options, Connector });
    }
    const sentinel = createSentinelOptions(parseSentinelUrl(url), {
      username: env.REDIS_SENTINEL_USERNAME,
      password: env.REDIS_SENTINEL_PASSWORD,
      tls,
      computeRetryDelayMs: (attempt) => this.computeBackOffMs(attempt),
    });
    return new RejectionSafeRedis({ ...options, ...sentinel });
  }

  private computeBackOffMs(attempt: number): number | null {
    if (this.isClosing) return null;
    const isLoginRejected =
      this.latestFault && !(this.latestFault instanceof RedisUnavailableError);
    return Math.min(
      attempt * BACK_OFF_STEP_MS,
      isLoginRejected ? MAX_LOGIN_BACK_OFF_MS : MAX_BACK_OFF_MS,
    );
  }

  /**
   * Reopens a blocking connection after a failure, because ioredis leaves it closed. Bull also closes such a
   * connection to end a pending poll when it pauses or stops, and then reopens it itself.
   */
  private scheduleReopen(connection: Redis): void {
    setTimeout(() => {
      if (!this.isClosing && connection.status === 'end') void connection.connect();
    }, REOPEN_DELAY_MS).unref();
  }

  private reportReady(): void {
    this.hasConnectedOnce = true;
    this.latestFault = undefined;
    this.loggedMessage = '';
  }

  /** Logs a fault once. Each connection fails once a second while Redis is unavailable. */
  private reportError(error: Error): void {
    const fault =
      error instanceof AppError ? error : new RedisUnavailableError(error.message, error);
    this.latestFault = fault;
    if (fault.message === this.loggedMessage || this.isClosing) return;
    this.loggedMessage = fault.message;
    this.log.warn({ message: fault.message, code: fault.code });
  }
}

/** Handles rejections of commands whose replies Bull or ioredis ignores. Unhandled, they would end the process. */
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
