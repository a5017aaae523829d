import { setTimeout as sleep } from 'node:timers/promises';
import { MessageLog } from '../../test/chaos/message-log.js';
import type { BenchEnvironment } from '../support/bench-environment.js';
import { Installation } from '../support/installation.js';
import { measureInvariants } from '../support/invariants.js';
import type { Measurement } from '../support/measurement.js';
import { PollingClient } from '../support/polling-client.js';
import { waitUntilDelivered } from '../support/wait-until-delivered.js';

/** Longer than an image lease (15 s), so the other worker takes over the images of the suspended worker. */
const SUSPENSION_MS = 25_000;

/**
 * Runs one API and two workers behind nginx, while a client uploads and polls. Kills one
 * worker, suspends the other one, and then restarts all three, one at a time. `IMAGES` sets the
 * number of images. `STORAGE=s3` selects S3.
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
  const getElapsedSeconds = () => (Date.now() - startedAt) / 1000;
  const runStep = async (share: number, description: string, action: () => Promise<unknown>) => {
    await client.waitForShare(id, share);
    console.log(`${getElapsedSeconds().toFixed(1)} s: ${description}`);
    await action();
  };

  const id = (await client.upload(imageCount))!;
  const clientRun = client.uploadAndPoll();
  const [firstWorker, secondWorker] = [0, 1];
  await runStep(0.1, 'kill worker 1', () =>
    installation.workers[firstWorker].sendSignal('SIGKILL'),
  );
  await runStep(0.15, 'start worker 1', () => installation.replaceWorker(firstWorker));
  await runStep(0.25, 'suspend worker 2', async () => {
    await installation.workers[secondWorker].sendSignal('SIGSTOP');
    await sleep(SUSPENSION_MS);
    await installation.workers[secondWorker].sendSignal('SIGCONT');
  });
  await runStep(0.5, 'restart the API', () => installation.replaceApi());
  await runStep(0.5, 'restart worker 1', () => installation.replaceWorker(firstWorker));
  await runStep(0.5, 'restart worker 2', () => installation.replaceWorker(secondWorker));
  await runStep(1, 'all images have ended', async () => client.stop());
  const seconds = getElapsedSeconds();
  await clientRun;
  await waitUntilDelivered(environment.servers);
  const { env } = installation;
  return [
    {
      label: `Three processes, ${env.STORAGE ?? 'disk'}: images with all interruptions`,
      value: `${(imageCount / seconds).toFixed(1)} images/s`,
      baseline: `${imageCount} images in ${seconds.toFixed(0)} s`,
      ratio: imageCount / seconds,
    },
    ...(await environment.servers.withDatabase((db) =>
      measureInvariants({ client, receiver, env, db }),
    )),
  ];
}
