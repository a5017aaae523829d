import type { Fault } from '../run.js';
import { backendsTerminated } from './backends-terminated.js';
import { truncatedDownloads } from './truncated-downloads.js';
import { ddlBehindReader } from './ddl-behind-reader.js';
import { deadHostOfAnotherOwner } from './dead-host-of-another-owner.js';
import { decoderKilled, decoderSuspended } from './decoders.js';
import { diskFull } from './disk-full.js';
import { doubleSigterm } from './double-sigterm.js';
import { killAfterClaim } from './kill-after-claim.js';
import { killAfterFinish } from './kill-after-finish.js';
import { killAfterRename } from './kill-after-rename.js';
import { killAfterWebhook } from './kill-after-webhook.js';
import { killAtRandom } from './kill-at-random.js';
import { networkFaults } from './network.js';
import { oneOfTwoAppsSuspended } from './one-of-two-apps-suspended.js';
import { passwordRotation } from './password-rotation.js';
import { postgresStopped } from './postgres-stopped.js';
import { receiverFailing } from './receiver-failing.js';
import { redisFlushed } from './redis-flushed.js';
import { redisFull } from './redis-full.js';
import { redisKilled } from './redis-killed.js';
import { severalAtRandom } from './several-at-random.js';
import { silentOrigin } from './silent-origin.js';
import { gracefulStop, stopsDuringOutage } from './graceful-stop.js';
import { tlsBlackhole } from './tls-blackhole.js';

export const allFaults: Fault[] = [
  killAtRandom,
  killAfterClaim,
  killAfterRename,
  killAfterFinish,
  killAfterWebhook,
  gracefulStop,
  doubleSigterm,
  ...stopsDuringOutage,
  redisFlushed,
  redisKilled,
  redisFull,
  passwordRotation,
  ...networkFaults,
  tlsBlackhole,
  ddlBehindReader,
  postgresStopped,
  backendsTerminated,
  diskFull,
  decoderKilled,
  decoderSuspended,
  oneOfTwoAppsSuspended,
  receiverFailing,
  truncatedDownloads,
  silentOrigin,
  deadHostOfAnotherOwner,
  severalAtRandom,
];

/**
 * The faults that CI injects, in less than two minutes. The longest faults are first, because several fixtures
 * share the list.
 */
export const quickFaults: Fault[] = [
  killAtRandom,
  killAfterWebhook,
  severalAtRandom,
  redisFlushed,
  doubleSigterm,
  gracefulStop,
  backendsTerminated,
  tlsBlackhole,
  passwordRotation,
  deadHostOfAnotherOwner,
  ddlBehindReader,
  decoderKilled,
  truncatedDownloads,
];
