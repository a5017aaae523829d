import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeCertificate } from '../../../test/support/postgres-tls.js';
import { RedisInstance } from '../../../test/support/redis-instance.js';
import { authenticatingConnector } from './redis-connector.js';

const PASSWORD = 'pässword-with-ünicode';

let directory: string;
let redis: RedisInstance;
let tlsPort: number;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'pressroom-certificate-'));
  const { certificate, key } = await makeCertificate(directory);
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  tlsPort = (server.address() as AddressInfo).port;
  server.close();
  redis = await RedisInstance.start({
    password: PASSWORD,
    settings: {
      'tls-port': String(tlsPort),
      'tls-cert-file': certificate,
      'tls-key-file': key,
      'tls-ca-cert-file': certificate,
      'tls-auth-clients': 'no',
    },
  });
});
afterAll(async () => {
  await redis?.stop();
  await rm(directory, { recursive: true, force: true });
});

/** Connects once; resolves with the reply to PING or the error. */
async function outcomeOf(port: number, password: string, tls?: { rejectUnauthorized: boolean }) {
  const connection = new Redis({
    port,
    host: '127.0.0.1',
    tls,
    lazyConnect: true,
    connectTimeout: 2000,
    retryStrategy: () => null,
    Connector: authenticatingConnector({ username: '', password }),
  });
  const errors: Error[] = [];
  connection.on('error', (error: Error) => errors.push(error));
  try {
    await connection.connect();
    return await connection.ping();
  } catch {
    return errors[0];
  } finally {
    connection.disconnect();
  }
}

describe('authenticatingConnector()', () => {
  const tls = { rejectUnauthorized: false };

  it('authenticatingConnector() connects with and without TLS', async () => {
    expect(await outcomeOf(redis.port, PASSWORD)).toBe('PONG');
    expect(await outcomeOf(tlsPort, PASSWORD, tls)).toBe('PONG');
  });

  it('authenticatingConnector() fails with a code and without the password when Redis rejects it', async () => {
    for (const error of [
      await outcomeOf(redis.port, 'wrong-password'),
      await outcomeOf(tlsPort, 'wrong-password', tls),
    ]) {
      expect(error).toMatchObject({ code: 'redis_authentication_failed' });
      expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toContain('wrong-p');
    }
  });

  it('authenticatingConnector() fails on a certificate that is not trusted', async () => {
    const error = await outcomeOf(tlsPort, PASSWORD, { rejectUnauthorized: true });
    expect(error).toMatchObject({ code: 'DEPTH_ZERO_SELF_SIGNED_CERT' });
  });

  it('authenticatingConnector() fails when the server accepts the connection and stays silent', async () => {
    const silent = createServer((socket) => socket.on('error', () => undefined));
    silent.listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const error = await outcomeOf((silent.address() as AddressInfo).port, PASSWORD);
    silent.close();
    expect(error).toMatchObject({ code: 'ETIMEDOUT' });
  });
});
