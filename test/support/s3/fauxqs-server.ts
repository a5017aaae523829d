import { startFauxqs, type FauxqsServer as Fauxqs } from 'fauxqs';
import type { S3Server } from './s3-server.js';

/** Replaces OpenStack Swift if that is not installed. Verifies no signatures and stores no `Cache-Control`. */
export class FauxqsServer implements S3Server {
  readonly name = 'fauxqs';
  readonly isComplete = false;

  private constructor(
    private readonly server: Fauxqs,
    readonly endpoint: string,
  ) {}

  static async start(): Promise<FauxqsServer> {
    const server = await startFauxqs({ port: 0, logger: false });
    return new FauxqsServer(server, `http://127.0.0.1:${server.port}`);
  }

  stop(): Promise<void> {
    return this.server.stop();
  }
}
