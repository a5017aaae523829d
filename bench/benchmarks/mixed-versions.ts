import { join, resolve } from 'node:path';
import { MessageLog } from '../../test/chaos/message-log.js';
import type { BenchEnvironment } from '../support/bench-environment.js';
import { Installation } from '../support/installation.js';
import { measureInvariants } from '../support/invariants.js';
import type { Measurement } from '../support/measurement.js';
import { PollingClient } from '../support/polling-client.js';
import { waitUntilDelivered } from '../support/wait-until-delivered.js';

const PREVIOUS_PREFIX = 'previous-';

/**
 * Updates one API and two workers from the previous release to this one, one at a time, and then downgrades one
 * worker. Meanwhile, a client uploads and polls. `PREVIOUS_DIST` is the `dist` folder of a build of that release.
 */
export async function benchmarkMixedVersions(
  environment: BenchEnvironment,
): Promise<Measurement[]> {
  const { PREVIOUS_DIST, STORAGE, IMAGES } = process.env;
  if (!PREVIOUS_DIST) {
    throw new Error('Set PREVIOUS_DIST to the dist folder of a build of the previous release.');
  }
  const imageCount = Number(IMAGES ?? (environment.isSmall ? 1000 : 6000));
  const receiver = await MessageLog.start();
  environment.addCleanup(() => receiver.close());
  const installation = await Installation.start(environment, {
    storage: STORAGE,
    prefix: PREVIOUS_PREFIX,
    getMainPath: (name) =>
      name.startsWith(PREVIOUS_PREFIX) ? join(resolve(PREVIOUS_DIST), 'main.js') : undefined,
    env: { OUTBOUND_ALLOW: `${environment.origin.allow},${receiver.allow}` },
  });
  const client = new PollingClient({
    url: installation.url,
    webhookUrl: receiver.url('/hook'),
    imageUrl: (n) => environment.origin.url('thumb', n, 'mixed'),
  });
  const id = (await client.upload(imageCount))!;
  const clientRun = client.uploadAndPoll();
  const startedAt = Date.now();
  const runStep = async (share: number, description: string, action: () => Promise<void>) => {
    await client.waitForShare(id, share);
    console.log(`${((Date.now() - startedAt) / 1000).toFixed(1)} s: ${description}`);
    await action();
  };
  const [firstWorker, secondWorker] = [0, 1];
  await runStep(0.1, 'replace worker 2 with this version', () =>
    installation.replaceWorker(secondWorker, 'worker-2'),
  );
  await runStep(0.35, 'replace the API with this version', () => installation.replaceApi());
  await runStep(0.6, 'replace worker 1 with this version', () =>
    installation.replaceWorker(firstWorker),
  );
  await runStep(0.75, 'replace worker 2 with the previous version', () =>
    installation.replaceWorker(secondWorker, `${PREVIOUS_PREFIX}worker-2`),
  );
  await runStep(1, 'all images have ended', async () => client.stop());
  await clientRun;
  await waitUntilDelivered(environment.servers);
  const { env } = installation;
  return environment.servers.withDatabase((db) => measureInvariants({ client, receiver, env, db }));
}
