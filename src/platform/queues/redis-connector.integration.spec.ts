import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { once } from 'node:events';
import type { ConnectionOptions } from 'node:tls';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeCertificate } from '../../../test/support/postgres-tls.js';
import { findFreePort } from '../../../test/support/free-port.js';
import { RedisInstance } from '../../../test/support/redis-instance.js';
import { createAuthenticatingConnector } from './redis-connector.js';

const PASSWORD = 'pässword-with-ünicode';

let directory: string;
let redis: RedisInstance;
let tlsPort: number;
let ca: string;
let key: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'pressroom-certificate-'));
  const files = await makeCertificate(directory);
  [ca, key] = await Promise.all(
    [files.certificate, files.key].map((file) => readFile(file, 'utf8')),
  );
  tlsPort = await findFreePort();
  redis = await RedisInstance.start({
    password: PASSWORD,
    settings: {
      'tls-port': String(tlsPort),
      'tls-cert-file': files.certificate,
      'tls-key-file': files.key,
      'tls-ca-cert-file': files.certificate,
      'tls-auth-clients': 'no',
    },
  });
});
afterAll(async () => {
  await redis?.stop();
  await rm(directory, { recursive: true, force: true });
});

/** Connects once. Resolves with the reply to PING or with the error. */
async function connectOnce(port: number, password: string, tls?: ConnectionOptions) {
  const connection = new Redis({
    port,
    host: '127.0.0.1',
    // `rediss://` makes ioredis set `true`.
    tls: tls && (true as unknown as ConnectionOptions),
    lazyConnect: true,
    connectTimeout: 2000,
    retryStrategy: () => null,
    Connector: createAuthenticatingConnector({ username: '', password }, tls),
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

describe('createAuthenticatingConnector()', () => {
  const tls = { rejectUnauthorized: false };

  it('createAuthenticatingConnector() connects with and without TLS', async () => {
    expect(await connectOnce(redis.port, PASSWORD)).toBe('PONG');
    expect(await connectOnce(tlsPort, PASSWORD, tls)).toBe('PONG');
  });

  it('createAuthenticatingConnector() reports redis_authentication_failed without the password if Redis rejects the password', async () => {
    for (const error of [
      await connectOnce(redis.port, 'wrong-password'),
      await connectOnce(tlsPort, 'wrong-password', tls),
    ]) {
      expect(error).toMatchObject({ code: 'redis_authentication_failed' });
      expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toContain('wrong-p');
    }
  });

  it('createAuthenticatingConnector() names REDIS_TLS_CA_FILE when the certificate is not trusted', async () => {
    const error = await connectOnce(tlsPort, PASSWORD, {});
    expect(error).toMatchObject({
      code: 'redis_tls_failed',
      message: expect.stringMatching(/self-signed certificate.*REDIS_TLS_CA_FILE/),
    });
  });

  it('createAuthenticatingConnector() verifies the host name', async () => {
    const error = await connectOnce(tlsPort, PASSWORD, { ca, servername: 'redis.example' });
    expect(error).toMatchObject({
      code: 'redis_tls_failed',
      message: expect.stringContaining('REDIS_TLS_SERVER_NAME'),
    });
    expect(await connectOnce(tlsPort, PASSWORD, { ca, servername: 'localhost' })).toBe('PONG');
  });

  it('createAuthenticatingConnector() sends the client certificate that Redis requires', async () => {
    await redis.sendCommand('CONFIG', 'SET', 'tls-auth-clients', 'yes');
    const server = { ca, servername: 'localhost' };
    expect(await connectOnce(tlsPort, PASSWORD, server)).toMatchObject({
      code: 'redis_tls_failed',
      message: expect.stringContaining('REDIS_TLS_CERT_FILE'),
    });
    expect(await connectOnce(tlsPort, PASSWORD, { ...server, cert: ca, key })).toBe('PONG');
    await redis.sendCommand('CONFIG', 'SET', 'tls-auth-clients', 'no');
  });

  it('createAuthenticatingConnector() fails if the server accepts the connection but never responds', async () => {
    const silentServer = createServer((socket) => socket.on('error', () => undefined));
    silentServer.listen(0, '127.0.0.1');
    await once(silentServer, 'listening');
    const error = await connectOnce((silentServer.address() as AddressInfo).port, PASSWORD);
    silentServer.close();
    expect(error).toMatchObject({ code: 'ETIMEDOUT' });
  });
});
