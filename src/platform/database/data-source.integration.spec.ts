import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server } from 'node:net';
import { DataSource } from 'typeorm';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createDatabase, type TestDatabase } from '../../../test/support/database.js';
import { toDatabaseUnavailableError } from '../errors/database-unavailable.error.js';
import { dataSourceOptions } from './data-source.js';

/** BackendKeyData: https://www.postgresql.org/docs/current/protocol-message-formats.html */
const KEY_DATA = Buffer.from([0x4b, 0, 0, 0, 12]);

/**
 * A proxy in front of PostgreSQL that can end each new connection as soon as it is ready. Both messages
 * arrive in one chunk, as on a busy event loop.
 */
class ConnectionEndingProxy {
  endsConnections = false;
  /** Connections that were ended. */
  ended = 0;

  private constructor(
    private readonly server: Server,
    private readonly terminate: (backend: number) => Promise<unknown>,
  ) {}

  static async before(target: URL, terminate: ConnectionEndingProxy['terminate']) {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const proxy = new ConnectionEndingProxy(server, terminate);
    server.on('connection', (inner) => {
      const outer = connect(Number(target.port), target.hostname);
      inner.on('data', (chunk) => outer.write(chunk));
      inner.on('error', () => outer.destroy()).on('close', () => outer.destroy());
      let held: Buffer[] | undefined;
      outer.on('data', (chunk: Buffer) => {
        const key = proxy.endsConnections && !held ? chunk.indexOf(KEY_DATA) : -1;
        if (key >= 0) {
          held = [];
          void proxy.terminate(chunk.readInt32BE(key + KEY_DATA.length));
        }
        if (held) held.push(chunk);
        else inner.write(chunk);
      });
      outer.on('error', () => inner.destroy());
      outer.on('end', () => {
        if (held) proxy.ended += 1;
        inner.end(Buffer.concat(held ?? []));
      });
    });
    return proxy;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  close(): void {
    this.server.close();
  }
}

let database: TestDatabase;
let direct: DataSource;
let server: ConnectionEndingProxy;
let throughProxy: DataSource;

beforeAll(async () => {
  database = await createDatabase();
  direct = await new DataSource(dataSourceOptions(database.url, 1)).initialize();
  server = await ConnectionEndingProxy.before(new URL(database.url), (backend) =>
    direct.query('SELECT pg_terminate_backend($1)', [backend]),
  );
  const url = new URL(database.url);
  url.port = String(server.port);
  throughProxy = await new DataSource(dataSourceOptions(url.href, 4)).initialize();
});
afterAll(async () => {
  await throughProxy.destroy();
  await direct.destroy();
  server.close();
  await database.drop();
});

it('A connection that PostgreSQL closes at once fails one query and does not stop the app', async () => {
  const uncaught: unknown[] = [];
  const note = (error: unknown) => uncaught.push(error);
  process.on('uncaughtException', note);
  server.endsConnections = true;
  // One finds the connection of the start; the others need new ones.
  const answers = await Promise.allSettled(
    Array.from({ length: 4 }, () => throughProxy.query('SELECT pg_sleep(0.2)')),
  );
  server.endsConnections = false;
  process.off('uncaughtException', note);

  expect(uncaught).toEqual([]);
  const failed = answers.flatMap((answer) => (answer.status === 'rejected' ? [answer.reason] : []));
  expect(failed).toHaveLength(server.ended);
  expect(failed.map((error) => toDatabaseUnavailableError(error)?.code)).toEqual([
    'database_unavailable',
    'database_unavailable',
    'database_unavailable',
  ]);
  expect(await throughProxy.query('SELECT 1 AS one')).toEqual([{ one: 1 }]);
});

it('A connection turns JIT compilation off, even if it is on for the database', async () => {
  const { pathname } = new URL(database.url);
  await direct.query(`ALTER DATABASE "${pathname.slice(1)}" SET jit = on`);
  const other = await new DataSource(dataSourceOptions(database.url, 1)).initialize();
  try {
    expect(await other.query('SHOW jit')).toEqual([{ jit: 'off' }]);
  } finally {
    await other.destroy();
  }
});
