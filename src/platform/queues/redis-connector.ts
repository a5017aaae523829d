import { connect as connectTcp, isIP, type Socket, type TcpSocketConnectOpts } from 'node:net';
import { connect as connectTls, type ConnectionOptions } from 'node:tls';
import { AbstractConnector, type RedisOptions } from 'ioredis';
import type { RedisCredentials } from '../config/redis-credentials.js';
import { logIn } from './redis-login.js';
import { explainTlsError } from './redis-tls.js';

/**
 * Returns a connector for ioredis that authenticates before ioredis sees the connection.
 *
 * Bull requires connections without a ready check. ioredis reports such a connection as ready even if
 * `AUTH` failed. Its own commands then end the process with an unhandled error that shows the password.
 * With this connector, a rejected login is a failed connection, which ioredis retries after its back-off.
 * No ioredis command contains the password.
 *
 * @param tls TLS options in addition to the ioredis options
 */
export function createAuthenticatingConnector(
  credentials: RedisCredentials,
  tls: ConnectionOptions = {},
) {
  return class AuthenticatingConnector extends AbstractConnector {
    private readonly options: RedisOptions;

    constructor(options: unknown) {
      super((options as { disconnectTimeout: number }).disconnectTimeout);
      this.options = options as RedisOptions;
    }

    /** Resolves with a destroyed socket after a failure, so ioredis emits `firstError` and retries. */
    async connect(): Promise<Socket> {
      this.connecting = true;
      const socket = openSocket(this.options, tls);
      this.stream = socket;
      this.firstError = await authenticate(socket, credentials, this.options.connectTimeout!);
      return socket;
    }
  };
}

/** Logs in. If that fails, destroys the socket and returns the error. */
export async function authenticate(
  socket: Socket,
  credentials: RedisCredentials,
  timeoutMs: number,
): Promise<Error | undefined> {
  // Without a listener, an error during the handover of the socket would end the process.
  socket.on('error', () => undefined);
  try {
    await logIn(socket, credentials, timeoutMs);
    return undefined;
  } catch (error) {
    socket.destroy();
    return explainTlsError(error as Error);
  }
}

function openSocket(
  { host, port, family, tls }: RedisOptions,
  extraOptions: ConnectionOptions,
): Socket {
  const target = { host, port, family } as TcpSocketConnectOpts;
  if (!tls) return connectTcp(target);
  // Servers behind one address select their certificate by this name.
  const servername = host && !isIP(host) ? { servername: host } : {};
  return connectTls({ ...target, ...servername, ...tls, ...extraOptions });
}
