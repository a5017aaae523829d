import { connect as connectTcp, type Socket, type TcpSocketConnectOpts } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { AbstractConnector, type RedisOptions } from 'ioredis';
import { logIn, type RedisCredentials } from './redis-login.js';

/**
 * Returns a connector for ioredis that authenticates before ioredis sees the connection.
 *
 * ioredis itself reports a connection without ready check, which Bull demands, as ready although
 * `AUTH` failed. Its own commands then end the process with an unhandled error that shows the
 * password. A rejected login here is a failed connection instead, which ioredis opens anew after its
 * back-off, and no command of ioredis carries the password.
 */
export function authenticatingConnector(credentials: RedisCredentials) {
  return class AuthenticatingConnector extends AbstractConnector {
    private readonly options: RedisOptions;

    constructor(options: unknown) {
      super((options as { disconnectTimeout: number }).disconnectTimeout);
      this.options = options as RedisOptions;
    }

    /** Resolves with a destroyed socket after a failure: ioredis then emits `firstError` and retries. */
    async connect(): Promise<Socket> {
      this.firstError = undefined;
      this.connecting = true;
      const socket = open(this.options);
      // Without a listener, an error during the handover of the socket would end the process.
      socket.on('error', () => undefined);
      this.stream = socket;
      try {
        await logIn(socket, credentials, this.options.connectTimeout!);
      } catch (error) {
        this.firstError = error as Error;
        socket.destroy();
      }
      return socket;
    }
  };
}

function open({ host, port, family, tls }: RedisOptions): Socket {
  const target = { host, port, family } as TcpSocketConnectOpts;
  return tls ? connectTls({ ...target, ...tls }) : connectTcp(target);
}
