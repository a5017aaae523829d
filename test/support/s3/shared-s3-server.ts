import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { S3Server } from './s3-server.js';
import { startS3Server } from './start-s3-server.js';

/** What the workers learn about the server. */
export type S3ServerFacts = Omit<S3Server, 'stop'>;

/**
 * One S3 server for a whole test run. It starts when the first test file asks for it at `url`, because a start of
 * OpenStack Swift takes seconds of CPU time, and most runs need none.
 */
export class SharedS3Server {
  private starting: Promise<S3Server> | undefined;

  private constructor(private readonly listener: Server) {
    listener.on('request', (_request, response: ServerResponse) => void this.answer(response));
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
    const server = await this.starting?.catch(() => undefined);
    await server?.stop();
  }

  private async answer(response: ServerResponse): Promise<void> {
    try {
      this.starting ??= startS3Server();
      const { name, endpoint, isComplete } = await this.starting;
      response.end(JSON.stringify({ name, endpoint, isComplete } satisfies S3ServerFacts));
    } catch (error) {
      response.writeHead(500).end((error as Error).message);
    }
  }
}
