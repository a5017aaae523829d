import { Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import { Redis, type RedisOptions } from 'ioredis';
import { AppError } from '../errors/app-error.js';
import { splitRedisUrl } from '../config/redis-url.js';
import { Env } from '../config/env.js';
import { authenticatingConnector } from './redis-connector.js';
import { RedisUnavailableError } from './redis-errors.js';

/**
 * A network that swallows packets tells nobody. Without this a command waits for ever for its answer;
 * longer than Bull's blocking look for work (5 s).
 */
const SILENCE_MS = 10_000;

const RECONNECT_MS = 1000;
/** Each failed attempt to connect makes the pause before the next one longer by this, up to the maximum. */
const BACK_OFF_MS = 100;
const MAX_BACK_OFF_MS = 1000;
/** Redis logs each rejected login. */
const MAX_LOGIN_BACK_OFF_MS = 2000;

/** Quick reconnects, and an answer instead of a wait while Redis is away. */
const COMMANDS: RedisOptions = {
  // Bull's add() would hang for as long as Redis is down; this rejects at once.
  maxRetriesPerRequest: 1,
  connectTimeout: 5000,
  socketTimeout: SILENCE_MS,
};

/** Bull insists on both for its blocking and its subscribing connections. */
const BLOCKING: RedisOptions = {
  connectTimeout: 5000,
  socketTimeout: SILENCE_MS,
  maxRetriesPerRequest: null,
  enableReadyCheck: false,
};

/**
 * Every connection of this app to Redis. Commands and subscriptions of all queues share one each;
 * each queue has a blocking one of its own.
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

  /** Returns the connection that Bull asks for, by Bull's names of the kinds. */
  open(kind: 'client' | 'subscriber' | 'bclient'): Redis {
    if (kind === 'bclient') return this.connect(BLOCKING);
    if (kind === 'subscriber') return (this.shared.subscriber ??= this.connect(BLOCKING));
    return this.commands;
  }

  /** The connection that all commands share. */
  get commands(): Redis {
    return (this.shared.client ??= this.connect(COMMANDS));
  }

  /** Why the latest attempt to connect failed; `undefined` while connected. */
  get fault(): AppError | undefined {
    return this.latestFault;
  }

  /** Whether Redis has accepted a connection since the start. */
  get hasConnected(): boolean {
    return this.connectedOnce;
  }

  /** Bull quits its connections but does not keep them from coming back. */
  onApplicationShutdown(): void {
    this.closing = true;
    for (const connection of this.opened) connection.disconnect();
  }

  private connect(options: RedisOptions): Redis {
    const { url, credentials } = splitRedisUrl(this.env.REDIS_URL!);
    const connection = new ContainedRedis(url, {
      ...options,
      Connector: authenticatingConnector(credentials),
      retryStrategy: (attempts) => this.backOff(attempts),
    });
    connection.on('error', (error: Error) => this.report(error));
    connection.on('ready', () => this.reportReady());
    connection.on('end', () => this.reopenLater(connection));
    this.opened.push(connection);
    return connection;
  }

  private backOff(attempts: number): number | null {
    if (this.closing) return null;
    const isRejected = this.latestFault && !(this.latestFault instanceof RedisUnavailableError);
    return Math.min(attempts * BACK_OFF_MS, isRejected ? MAX_LOGIN_BACK_OFF_MS : MAX_BACK_OFF_MS);
  }

  /**
   * Bull closes a blocking connection to end a pending look for work (a pause, a stop) and opens it
   * again. When that fails, ioredis leaves it closed for good.
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

  /** Each connection fails once a second while Redis is away; one line of the log is enough. */
  private report(error: Error): void {
    const fault =
      error instanceof AppError ? error : new RedisUnavailableError(error.message, error);
    this.latestFault = fault;
    if (fault.message === this.logged || this.closing) return;
    this.logged = fault.message;
    this.log.warn({ message: fault.message, code: fault.code });
  }
}

/** Commands that Bull or ioredis send without waiting for the reply do not end the process by failing. */
class ContainedRedis extends Redis {
  override connect(): Promise<void> {
    return super.connect().catch(() => undefined);
  }

  override sendCommand(...args: Parameters<Redis['sendCommand']>): unknown {
    const reply = super.sendCommand(...args);
    if (reply instanceof Promise) reply.catch(() => undefined);
    return reply;
  }
}
