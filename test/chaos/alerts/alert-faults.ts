import { execFile } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { Bench } from '../bench.js';
import type { Answer } from '../message-log.js';
import { childrenOf } from '../processes.js';
import type { UploadClient } from '../upload-client.js';

/** The app under test, its client, and a signal that ends the fault. */
export interface AlertRun {
  bench: Bench;
  client: UploadClient;
  /** Aborted when all alerts of the fault fire. */
  fired: AbortSignal;
  /** @param env settings beside those of all runs */
  startApp: (env?: Record<string, string>) => Promise<void>;
}

/** A fault, and the alerts that it must cause. */
export interface AlertFault {
  name: string;
  alerts: string[];
  /** Returns when the fault is present. A fault that has to be repeated ends with `fired`. */
  inject(run: AlertRun): Promise<void>;
  repair(run: AlertRun): Promise<void>;
}

const command = promisify(execFile);
/** Its addresses are denied, so its images fail at once. */
const DENIED_ORIGIN = 'http://10.255.255.1';
const STOPPED_MS = 900;
const RUNNING_MS = 400;

const refuse: Answer = (response) => response.writeHead(500).end();

const nothing = async () => undefined;

export const alertFaults: AlertFault[] = [
  {
    name: 'the app is killed',
    alerts: ['PressroomDown'],
    inject: ({ bench }) => bench.killMain(),
    repair: ({ startApp }) => startApp(),
  },
  {
    name: 'PostgreSQL is unavailable',
    alerts: ['PressroomPostgresqlDown'],
    inject: ({ bench }) => bench.toPostgres.refuse(),
    repair: ({ bench }) => bench.toPostgres.accept(),
  },
  {
    name: 'Redis is unavailable while catalogs are uploaded',
    alerts: [
      'PressroomRedisDown',
      'PressroomNoProgress',
      'PressroomRequestNotStarted',
      'PressroomOldestImageTooOld',
    ],
    async inject({ bench, client }) {
      await bench.toRedis.refuse();
      await client.upload(100);
    },
    repair: ({ bench }) => bench.toRedis.accept(),
  },
  {
    name: 'images fail',
    alerts: ['PressroomFailureRatioHigh'],
    async inject({ client, fired }) {
      while (!fired.aborted) {
        await client.upload(60, { origins: [DENIED_ORIGIN] });
        await sleep(500);
      }
    },
    repair: nothing,
  },
  {
    name: 'the webhook receiver answers 500',
    alerts: ['PressroomWebhooksFailing'],
    async inject({ bench, client, fired }) {
      const before = ({ hook }: { hook: string }) =>
        bench.receiver.answer(hook, refuse, refuse, refuse, refuse);
      while (!fired.aborted) {
        await client.upload(2, { before });
        await sleep(300);
      }
    },
    repair: nothing,
  },
  {
    name: 'decoders are killed',
    alerts: ['PressroomDecoderRestarts'],
    async inject({ bench, client, fired }) {
      while (!fired.aborted) {
        await client.upload(20);
        const decoders = await childrenOf(bench.main.pid, 'decoder.js');
        for (const pid of decoders) process.kill(pid, 'SIGSEGV');
        await sleep(300);
      }
    },
    repair: nothing,
  },
  {
    name: 'the event loop stands still most of the time',
    alerts: ['PressroomEventLoopDelayed'],
    async inject({ bench, fired }) {
      const { main } = bench;
      while (!fired.aborted) {
        main.sendSignal('SIGSTOP');
        await sleep(STOPPED_MS);
        main.sendSignal('SIGCONT');
        await sleep(RUNNING_MS);
      }
    },
    repair: nothing,
  },
  {
    name: 'the origins do not answer',
    alerts: ['PressroomOriginsPaused'],
    async inject({ bench, client }) {
      for (const origin of bench.origins) origin.isSilent = true;
      await client.upload(60);
    },
    repair: ({ bench }) => bench.repair(),
  },
  {
    name: 'the images use the whole budget',
    alerts: ['PressroomStorageBudgetReached', 'PressroomStorageBudgetNearlyReached'],
    async inject({ bench, client, startApp }) {
      await bench.stopMain();
      await startApp({ MAX_STORAGE_BYTES: '1000' });
      await client.upload(60);
    },
    async repair({ bench, startApp }) {
      await bench.stopMain();
      await startApp();
    },
  },
  {
    name: 'the disk is full (needs root)',
    alerts: ['PressroomStorageFailing'],
    async inject({ bench, client, startApp }) {
      await bench.stopMain();
      await mkdir(bench.dataDir, { recursive: true });
      await command('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', bench.dataDir]);
      await startApp();
      await client.upload(1500);
    },
    async repair({ bench }) {
      await command('mount', ['-o', 'remount,size=512m', bench.dataDir]);
    },
  },
];
