import type { Fault } from '../run.js';
import { backendsTerminated } from './backends-terminated.js';
import { cutProxy } from './cut-proxy.js';
import { deadHostOfAnotherOwner } from './dead-host-of-another-owner.js';
import { ddlBehindReader } from './ddl-behind-reader.js';
import { decoderKilled, decoderStopped } from './decoders.js';
import { diskFull } from './disk-full.js';
import { doubleSigterm } from './double-sigterm.js';
import { killAfterClaim } from './kill-after-claim.js';
import { killAfterFinish } from './kill-after-finish.js';
import { killAfterRename } from './kill-after-rename.js';
import { killAfterWebhook } from './kill-after-webhook.js';
import { killAtRandom } from './kill-at-random.js';
import { networkFaults } from './network.js';
import { oneOfTwoAppsStopped } from './one-of-two-apps-stopped.js';
import { originDead } from './origin-dead.js';
import { passwordRotation } from './password-rotation.js';
import { postgresDown } from './postgres-down.js';
import { receiverFailing } from './receiver-failing.js';
import { redisDown } from './redis-down.js';
import { redisFlushed } from './redis-flushed.js';
import { redisFull } from './redis-full.js';
import { severalAtRandom } from './several-at-random.js';
import { stopOrderly, stopWithout } from './stop-orderly.js';
import { tlsBlackhole } from './tls-blackhole.js';

export const longForm: Fault[] = [
  killAtRandom,
  killAfterClaim,
  killAfterRename,
  killAfterFinish,
  killAfterWebhook,
  stopOrderly,
  doubleSigterm,
  ...stopWithout,
  redisFlushed,
  redisDown,
  redisFull,
  passwordRotation,
  ...networkFaults,
  tlsBlackhole,
  ddlBehindReader,
  postgresDown,
  backendsTerminated,
  diskFull,
  decoderKilled,
  decoderStopped,
  oneOfTwoAppsStopped,
  receiverFailing,
  cutProxy,
  originDead,
  deadHostOfAnotherOwner,
  severalAtRandom,
];

/** Some two minutes: what is lost when something basic breaks. */
export const shortForm: Fault[] = [
  killAtRandom,
  killAfterWebhook,
  stopOrderly,
  doubleSigterm,
  redisFlushed,
  passwordRotation,
  tlsBlackhole,
  ddlBehindReader,
  backendsTerminated,
  decoderKilled,
  cutProxy,
  deadHostOfAnotherOwner,
  severalAtRandom,
];
