import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { S3Server } from './s3-server.js';
import { startS3Server } from './start-s3-server.js';

/** Information about the server that test workers receive. */
export type S3ServerInfo = Omit<S3Server, 'stop'>;

/**
 * One S3 server for a whole test run. It starts on the first request to `url`, because starting OpenStack Swift
 * takes seconds of CPU time, and most runs do not need a server.
 */
export class SharedS3Server {
  private serverPromise: Promise<S3Server> | undefined;

  private constructor(private readonly listener: Server) {
    listener.on(
      'request',
      (_request, response: ServerResponse) => void this.sendServerInfo(response),
    );
  }

  static async listen(): Promise<SharedS3Server> {
    const listener = createServer().listen(0, '127.0.0.1');
    await once(listener, 'listening');
    return new SharedS3Server(listener);
  }

  get url(): string {
    return `http://127.0.0.1:${(this.listener.address() as AddressInfo).port}/`;
  }

  async stop(): Promise<void> {
    this.listener.close();
    this.listener.closeAllConnections();
    const server = await this.serverPromise?.catch(() => undefined);
    await server?.stop();
  }

  private async sendServerInfo(response: ServerResponse): Promise<void> {
    try {
      this.serverPromise ??= startS3Server();
      const { name, endpoint, hasFullS3Api } = await this.serverPromise;
      response.end(JSON.stringify({ name, endpoint, hasFullS3Api } satisfies S3ServerInfo));
    } catch (error) {
      response.writeHead(500).end((error as Error).message);
    }
  }
}
