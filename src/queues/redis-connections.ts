import { Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import { Redis, type RedisOptions } from 'ioredis';
import { Env } from '../config/env.js';

/**
 * A network that swallows packets tells nobody. Without this a command waits for ever for its answer;
 * longer than Bull's blocking look for work (5 s).
 */
const SILENCE_MS = 10_000;

const COMES_BACK_MS = 1000;

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
  private told = '';

  constructor(private readonly env: Env) {}

  /** What Bull asks for, by its kinds. */
  open(kind: 'client' | 'subscriber' | 'bclient'): Redis {
    if (kind === 'bclient') return this.comingBack(this.connect(BLOCKING));
    if (kind === 'subscriber') return (this.shared.subscriber ??= this.connect(BLOCKING));
    return (this.shared.client ??= this.connect(COMMANDS));
  }

  /** Bull quits its connections but does not keep them from coming back. */
  onApplicationShutdown(): void {
    this.closing = true;
    for (const connection of this.opened) connection.disconnect();
  }

  private connect(options: RedisOptions): Redis {
    const retryStrategy = (tries: number) => (this.closing ? null : Math.min(tries * 100, 1000));
    const connection = new Redis(this.env.REDIS_URL!, { ...options, retryStrategy });
    connection.on('error', (error: Error) => this.tell(error.message));
    connection.on('ready', () => (this.told = ''));
    this.opened.push(connection);
    return connection;
  }

  /**
   * Bull connects this one anew to end a pending look for work (a pause, a stop). While Redis is away
   * nobody handles that rejection, which would end the app, and the connection stays ended for good.
   */
  private comingBack(connection: Redis): Redis {
    const connect = connection.connect.bind(connection);
    connection.connect = () =>
      connect().catch(() => {
        if (this.closing || connection.status !== 'end') return;
        setTimeout(() => void connection.connect(), COMES_BACK_MS).unref();
      });
    return connection;
  }

  /** Each connection fails once a second while Redis is away; once is enough to know. */
  private tell(message: string): void {
    if (message === this.told || this.closing) return;
    this.told = message;
    this.log.warn(`Redis does not answer: ${message}`);
  }
}
