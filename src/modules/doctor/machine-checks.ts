import { existsSync, readFileSync } from 'node:fs';
import { totalmem } from 'node:os';
import type { Env } from '../../platform/config/env.js';
import { error, type Finding, ok, warning } from './finding.js';

const MIN_NODE_VERSION = [20, 19];
const MiB = 1024 * 1024;
/** Memory of the app without decoders, measured with 2 million images. */
const APP_MEMORY_BYTES = 512 * MiB;
/** Number of open files for S3 sockets, artifact folders and clients, plus a reserve. */
const OTHER_OPEN_FILE_COUNT = 1024;
/** Limits of a process on Linux, as a table with the columns name, soft, hard and unit. */
const LIMITS_PATH = '/proc/self/limits';

/** Checks the machine or container that the app runs in. */
export async function* checkMachine(env: Env): AsyncGenerator<Finding> {
  yield checkNode(process.versions.node);
  const limitBytes = process.constrainedMemory();
  yield checkMemory(env, Math.min(totalmem(), limitBytes > 0 ? limitBytes : Infinity));
  if (existsSync(LIMITS_PATH)) {
    const maxOpenFiles = parseOpenFileLimit(readFileSync(LIMITS_PATH, 'utf8'));
    if (maxOpenFiles !== undefined) yield checkOpenFiles(env, maxOpenFiles);
  }
  yield checkExposure(env);
}

export function checkNode(version: string): Finding {
  const [major, minor] = version.split('.').map(Number);
  const isOld =
    major < MIN_NODE_VERSION[0] || (major === MIN_NODE_VERSION[0] && minor < MIN_NODE_VERSION[1]);
  return isOld
    ? error('machine.node', `Node.js ${version} is too old.`, 'Install Node.js 20.19 or later.')
    : ok('machine.node', `The Node.js version is ${version}.`);
}

/** @param availableBytes memory of the machine or its control group */
export function checkMemory(
  { DECODERS, DECODER_MEMORY_MB }: Pick<Env, 'DECODERS' | 'DECODER_MEMORY_MB'>,
  availableBytes: number,
): Finding {
  const requiredBytes = DECODERS * DECODER_MEMORY_MB * MiB + APP_MEMORY_BYTES;
  const [required, available] = [requiredBytes, availableBytes].map(
    (bytes) => `${(bytes / 2 ** 30).toFixed(1)} GiB`,
  );
  return requiredBytes > availableBytes
    ? warning(
        'machine.memory',
        `${DECODERS} decoders and the app may need ${required} of memory, but only ${available} is available.`,
        'Lower DECODERS or DECODER_MEMORY_MB, or raise the memory limit.',
      )
    : ok(
        'machine.memory',
        `${available} of memory is enough for ${DECODERS} decoders and the app.`,
      );
}

/** Returns the soft limit for open files; undefined without a limit. */
export function parseOpenFileLimit(limits: string): number | undefined {
  const line = limits.split('\n').find((row) => row.startsWith('Max open files'));
  const softLimit = Number(line?.split(/ +/)[3]);
  return Number.isNaN(softLimit) ? undefined : softLimit;
}

export function checkOpenFiles(
  env: Pick<Env, 'DOWNLOAD_CONCURRENCY' | 'DATABASE_CONNECTIONS'>,
  maxOpenFiles: number,
): Finding {
  const requiredFileCount =
    OTHER_OPEN_FILE_COUNT + 2 * env.DOWNLOAD_CONCURRENCY + env.DATABASE_CONNECTIONS;
  return maxOpenFiles < requiredFileCount
    ? warning(
        'machine.open_files',
        `The app can open ${maxOpenFiles} files but may need up to ${requiredFileCount}.`,
        'Raise the limit: LimitNOFILE= in systemd, --ulimit nofile= in Docker, or ulimit -n.',
      )
    : ok('machine.open_files', `The app can open ${maxOpenFiles} files.`);
}

/** Warns if anyone who can reach the port has full access. */
export function checkExposure({ HOST, API_KEYS }: Pick<Env, 'HOST' | 'API_KEYS'>): Finding {
  const isLoopback = /^(?:localhost|127\.\d+\.\d+\.\d+|::1)$/.test(HOST);
  return API_KEYS === '' && !isLoopback
    ? warning(
        'machine.access',
        `HOST=${HOST} accepts connections from the network, but no API keys are set.`,
        'Set API_KEYS, or set HOST=127.0.0.1.',
      )
    : ok('machine.access', API_KEYS === '' ? 'HOST is a loopback address.' : 'API keys are set.');
}
