import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server } from 'node:net';
import { DataSource } from 'typeorm';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createDatabase, type TestDatabase } from '../../../test/support/database.js';
import { toDatabaseUnavailableError } from '../errors/database-unavailable.error.js';
import { dataSourceOptions } from './data-source.js';

/** Start of BackendKeyData: https://www.postgresql.org/docs/current/protocol-message-formats.html */
const KEY_DATA = Buffer.from([0x4b, 0, 0, 0, 12]);

/**
 * A proxy for PostgreSQL that can close each new connection as soon as it is ready. The client receives
 * the ready message and the error in one chunk, as it does on a busy event loop.
 */
class ConnectionClosingProxy {
  isClosingConnections = false;
  closedConnectionCount = 0;

  private constructor(
    private readonly server: Server,
    private readonly terminateBackend: (pid: number) => Promise<unknown>,
  ) {}

  static async start(
    target: URL,
    terminateBackend: ConnectionClosingProxy['terminateBackend'],
  ): Promise<ConnectionClosingProxy> {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const proxy = new ConnectionClosingProxy(server, terminateBackend);
    server.on('connection', (clientSocket) => {
      const serverSocket = connect(Number(target.port), target.hostname);
      clientSocket.on('data', (chunk) => serverSocket.write(chunk));
      clientSocket
        .on('error', () => serverSocket.destroy())
        .on('close', () => serverSocket.destroy());
      let bufferedChunks: Buffer[] | undefined;
      serverSocket.on('data', (chunk: Buffer) => {
        const keyIndex =
          proxy.isClosingConnections && !bufferedChunks ? chunk.indexOf(KEY_DATA) : -1;
        if (keyIndex >= 0) {
          bufferedChunks = [];
          void proxy.terminateBackend(chunk.readInt32BE(keyIndex + KEY_DATA.length));
        }
        if (bufferedChunks) bufferedChunks.push(chunk);
        else clientSocket.write(chunk);
      });
      serverSocket.on('error', () => clientSocket.destroy());
      serverSocket.on('end', () => {
        if (bufferedChunks) proxy.closedConnectionCount += 1;
        clientSocket.end(Buffer.concat(bufferedChunks ?? []));
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
let directDataSource: DataSource;
let proxy: ConnectionClosingProxy;
let proxiedDataSource: DataSource;

beforeAll(async () => {
  database = await createDatabase();
  directDataSource = await new DataSource(dataSourceOptions(database.url, 1)).initialize();
  proxy = await ConnectionClosingProxy.start(new URL(database.url), (pid) =>
    directDataSource.query('SELECT pg_terminate_backend($1)', [pid]),
  );
  const url = new URL(database.url);
  url.port = String(proxy.port);
  proxiedDataSource = await new DataSource(dataSourceOptions(url.href, 4)).initialize();
});
afterAll(async () => {
  await proxiedDataSource.destroy();
  await directDataSource.destroy();
  proxy.close();
  await database.drop();
});

it('A connection that PostgreSQL closes right after the handshake fails only its own query', async () => {
  const uncaughtErrors: unknown[] = [];
  const recordError = (error: unknown) => uncaughtErrors.push(error);
  process.on('uncaughtException', recordError);
  proxy.isClosingConnections = true;
  // One query uses the connection that initialize() opened. The other three open new connections.
  const results = await Promise.allSettled(
    Array.from({ length: 4 }, () => proxiedDataSource.query('SELECT pg_sleep(0.2)')),
  );
  proxy.isClosingConnections = false;
  process.off('uncaughtException', recordError);

  expect(uncaughtErrors).toEqual([]);
  const errors = results.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []));
  expect(errors).toHaveLength(proxy.closedConnectionCount);
  expect(errors.map((error) => toDatabaseUnavailableError(error)?.code)).toEqual([
    'database_unavailable',
    'database_unavailable',
    'database_unavailable',
  ]);
  expect(await proxiedDataSource.query('SELECT 1 AS one')).toEqual([{ one: 1 }]);
});

it('A new connection turns JIT compilation off, even if the database turns it on', async () => {
  const { pathname } = new URL(database.url);
  await directDataSource.query(`ALTER DATABASE "${pathname.slice(1)}" SET jit = on`);
  const newDataSource = await new DataSource(dataSourceOptions(database.url, 1)).initialize();
  try {
    expect(await newDataSource.query('SHOW jit')).toEqual([{ jit: 'off' }]);
  } finally {
    await newDataSource.destroy();
  }
});
