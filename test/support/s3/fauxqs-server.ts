import { startFauxqs, type FauxqsServer as Fauxqs } from 'fauxqs';
import type { S3Server } from './s3-server.js';

/** Replaces OpenStack Swift where Swift is not installed. fauxqs neither verifies signatures nor stores `Cache-Control`. */
export class FauxqsServer implements S3Server {
  readonly name = 'fauxqs';
  readonly hasFullS3Api = false;

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
