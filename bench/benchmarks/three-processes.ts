import { setTimeout as sleep } from 'node:timers/promises';
import { MessageLog } from '../../test/chaos/message-log.js';
import type { BenchEnvironment } from '../support/bench-environment.js';
import { Installation } from '../support/installation.js';
import { measureInvariants } from '../support/invariants.js';
import type { Measurement } from '../support/measurement.js';
import { PollingClient } from '../support/polling-client.js';
import { waitUntilDelivered } from '../support/wait-until-delivered.js';

/** Longer than the lease of an image (15 s), so the other worker processes the images of a suspended one. */
const SUSPENSION_MS = 25_000;

/**
 * Runs one API and two workers behind nginx, while a client uploads and polls. Kills one
 * worker, suspends the other one, and restarts all three, one after the other. `IMAGES` sets the
 * number of images, `STORAGE=s3` the storage.
 */
export async function benchmarkThreeProcesses(
  environment: BenchEnvironment,
): Promise<Measurement[]> {
  const imageCount = Number(process.env.IMAGES ?? (environment.isSmall ? 2000 : 20_000));
  const receiver = await MessageLog.start();
  environment.addCleanup(() => receiver.close());
  const installation = await Installation.start(environment, {
    storage: process.env.STORAGE,
    env: { OUTBOUND_ALLOW: `${environment.origin.allow},${receiver.allow}` },
  });
  const client = new PollingClient({
    url: installation.url,
    webhookUrl: receiver.url('/hook'),
    imageUrl: (n) => environment.origin.url('thumb', n, 'three'),
  });
  const startedAt = Date.now();
  const seconds = () => (Date.now() - startedAt) / 1000;
  const step = async (share: number, description: string, action: () => Promise<unknown>) => {
    await client.waitForShare(id, share);
    console.log(`${seconds().toFixed(1)} s: ${description}`);
    await action();
  };

  const id = (await client.upload(imageCount))!;
  const clientRun = client.uploadAndPoll();
  const [first, second] = [0, 1];
  await step(0.1, 'kill worker 1', () => installation.workers[first].sendSignal('SIGKILL'));
  await step(0.15, 'start worker 1', () => installation.replaceWorker(first));
  await step(0.25, 'suspend worker 2', async () => {
    await installation.workers[second].sendSignal('SIGSTOP');
    await sleep(SUSPENSION_MS);
    await installation.workers[second].sendSignal('SIGCONT');
  });
  await step(0.5, 'restart the API', () => installation.replaceApi());
  await step(0.5, 'restart worker 1', () => installation.replaceWorker(first));
  await step(0.5, 'restart worker 2', () => installation.replaceWorker(second));
  await step(1, 'all images have ended', async () => client.stop());
  const duration = seconds();
  await clientRun;
  await waitUntilDelivered(environment.servers);
  const { env } = installation;
  return [
    {
      label: `Three processes, ${env.STORAGE ?? 'disk'}: images with all interruptions`,
      value: `${(imageCount / duration).toFixed(1)} images/s`,
      baseline: `${imageCount} images in ${duration.toFixed(0)} s`,
      ratio: imageCount / duration,
    },
    ...(await environment.servers.withDatabase((db) =>
      measureInvariants({ client, receiver, env, db }),
    )),
  ];
}
