import type { S3Server } from './s3-server.js';
import { SwiftServer } from './swift-server.js';

/** Returns whether tests start a server that verifies signatures and permissions. */
export const usesSwift = (): boolean =>
  process.env.TEST_S3_BUCKET === undefined &&
  process.env.TEST_S3_SERVER !== 'fauxqs' &&
  SwiftServer.isInstalled();

/** Starts OpenStack Swift where it is installed, and fauxqs elsewhere. `TEST_S3_SERVER=fauxqs` selects fauxqs. */
export async function startS3Server(): Promise<S3Server> {
  const server = usesSwift() ? await SwiftServer.start() : await startFauxqs();
  process.stdout.write(`S3 server: ${server.name} at ${server.endpoint}\n`);
  return server;
}

/** Imports fauxqs only if it is used, because the import takes longer than most test files. */
async function startFauxqs(): Promise<S3Server> {
  const { FauxqsServer } = await import('./fauxqs-server.js');
  return FauxqsServer.start();
}
