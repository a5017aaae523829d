import { execFile } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { ChaosFixture } from '../chaos-fixture.js';
import type { Responder } from '../message-log.js';
import { findChildProcesses } from '../child-processes.js';
import type { UploadClient } from '../upload-client.js';

/** The app under test, its client, and a signal that ends the fault. */
export interface AlertRun {
  fixture: ChaosFixture;
  client: UploadClient;
  /** Aborted once all alerts of the fault have fired. */
  firedSignal: AbortSignal;
  /** @param env settings in addition to those of all runs */
  startApp: (env?: Record<string, string>) => Promise<void>;
}

/** A fault, and the alerts that it must cause. */
export interface AlertFault {
  name: string;
  alerts: string[];
  /** Returns once the fault is active. A fault that must be repeated continues until `firedSignal` is aborted. */
  inject(run: AlertRun): Promise<void>;
  repair(run: AlertRun): Promise<void>;
}

const runCommand = promisify(execFile);
/** Images of this origin fail immediately, because its address is private. */
const DENIED_ORIGIN = 'http://10.255.255.1';
const SUSPENSION_MS = 900;
const RUNNING_MS = 400;

const returnServerError: Responder = (response) => response.writeHead(500).end();

const noop = async () => undefined;

export const alertFaults: AlertFault[] = [
  {
    name: 'the app is killed',
    alerts: ['PressroomDown'],
    inject: ({ fixture }) => fixture.killMain(),
    repair: ({ startApp }) => startApp(),
  },
  {
    name: 'PostgreSQL is unavailable',
    alerts: ['PressroomPostgresqlDown'],
    inject: ({ fixture }) => fixture.postgresProxy.refuseConnections(),
    repair: ({ fixture }) => fixture.postgresProxy.acceptConnections(),
  },
  {
    name: 'Redis is unavailable while catalogs are uploaded',
    alerts: [
      'PressroomRedisDown',
      'PressroomNoProgress',
      'PressroomRequestNotStarted',
      'PressroomOldestImageTooOld',
    ],
    async inject({ fixture, client }) {
      await fixture.redisProxy.refuseConnections();
      await client.upload(100);
    },
    repair: ({ fixture }) => fixture.redisProxy.acceptConnections(),
  },
  {
    name: 'images fail',
    alerts: ['PressroomFailureRatioHigh'],
    async inject({ client, firedSignal }) {
      while (!firedSignal.aborted) {
        await client.upload(60, { origins: [DENIED_ORIGIN] });
        await sleep(500);
      }
    },
    repair: noop,
  },
  {
    name: 'the webhook receiver returns 500',
    alerts: ['PressroomWebhooksFailing'],
    async inject({ fixture, client, firedSignal }) {
      const beforeUpload = ({ hookPath }: { hookPath: string }) =>
        fixture.receiver.respondWith(
          hookPath,
          returnServerError,
          returnServerError,
          returnServerError,
          returnServerError,
        );
      while (!firedSignal.aborted) {
        await client.upload(2, { beforeUpload });
        await sleep(300);
      }
    },
    repair: noop,
  },
  {
    name: 'decoders are killed',
    alerts: ['PressroomDecoderRestarts'],
    async inject({ fixture, client, firedSignal }) {
      while (!firedSignal.aborted) {
        await client.upload(20);
        const decoders = await findChildProcesses(fixture.main.pid, 'decoder.js');
        for (const pid of decoders) process.kill(pid, 'SIGSEGV');
        await sleep(300);
      }
    },
    repair: noop,
  },
  {
    name: 'the event loop is blocked most of the time',
    alerts: ['PressroomEventLoopDelayed'],
    async inject({ fixture, firedSignal }) {
      const { main } = fixture;
      while (!firedSignal.aborted) {
        main.sendSignal('SIGSTOP');
        await sleep(SUSPENSION_MS);
        main.sendSignal('SIGCONT');
        await sleep(RUNNING_MS);
      }
    },
    repair: noop,
  },
  {
    name: 'the origins do not respond',
    alerts: ['PressroomOriginsPaused'],
    async inject({ fixture, client }) {
      for (const origin of fixture.origins) origin.isSilent = true;
      await client.upload(60);
    },
    repair: ({ fixture }) => fixture.repair(),
  },
  {
    name: 'the images use the entire storage budget',
    alerts: ['PressroomStorageBudgetReached', 'PressroomStorageBudgetNearlyReached'],
    async inject({ fixture, client, startApp }) {
      await fixture.stopMain();
      await startApp({ MAX_STORAGE_BYTES: '1000' });
      await client.upload(60);
    },
    async repair({ fixture, startApp }) {
      await fixture.stopMain();
      await startApp();
    },
  },
  {
    name: 'the disk is full (needs root)',
    alerts: ['PressroomStorageFailing'],
    async inject({ fixture, client, startApp }) {
      await fixture.stopMain();
      await mkdir(fixture.dataDir, { recursive: true });
      await runCommand('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', fixture.dataDir]);
      await startApp();
      await client.upload(1500);
    },
    async repair({ fixture }) {
      await runCommand('mount', ['-o', 'remount,size=512m', fixture.dataDir]);
    },
  },
];
