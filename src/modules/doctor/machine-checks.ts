import { existsSync, readFileSync } from 'node:fs';
import { totalmem } from 'node:os';
import type { Env } from '../../platform/config/env.js';
import { error, type Finding, ok, warning } from './finding.js';

const MIN_NODE = [20, 19];
const MiB = 1024 * 1024;
/** Memory of the app without its decoders, measured with 2 million images. */
const APP_BYTES = 512 * MiB;
/** Sockets of S3, folders of artifacts, clients, and reserve. */
const OTHER_FILES = 1024;
/** On Linux the limits of a process are in a table with the columns: name, soft, hard, unit. */
const LIMITS = '/proc/self/limits';

/** Checks the machine or container that the app runs in. */
export async function* checkMachine(env: Env): AsyncGenerator<Finding> {
  yield checkNode(process.versions.node);
  const limit = process.constrainedMemory();
  yield checkMemory(env, Math.min(totalmem(), limit > 0 ? limit : Infinity));
  if (existsSync(LIMITS)) {
    const files = openFileLimit(readFileSync(LIMITS, 'utf8'));
    if (files !== undefined) yield checkOpenFiles(env, files);
  }
  yield checkExposure(env);
}

export function checkNode(version: string): Finding {
  const [major, minor] = version.split('.').map(Number);
  const isOld = major < MIN_NODE[0] || (major === MIN_NODE[0] && minor < MIN_NODE[1]);
  return isOld
    ? error('machine.node', `Node.js ${version} is too old.`, 'Install Node.js 20.19 or later.')
    : ok('machine.node', `The version of Node.js is ${version}.`);
}

/** @param available memory of the machine or of its control group, in bytes */
export function checkMemory(
  { DECODERS, DECODER_MEMORY_MB }: Pick<Env, 'DECODERS' | 'DECODER_MEMORY_MB'>,
  available: number,
): Finding {
  const needed = DECODERS * DECODER_MEMORY_MB * MiB + APP_BYTES;
  const [need, have] = [needed, available].map((bytes) => `${(bytes / 2 ** 30).toFixed(1)} GiB`);
  return needed > available
    ? warning(
        'machine.memory',
        `${DECODERS} decoders and the app may need ${need} of memory, but only ${have} is available.`,
        'Lower DECODERS or DECODER_MEMORY_MB, or raise the memory limit.',
      )
    : ok('machine.memory', `${have} of memory is enough for ${DECODERS} decoders and the app.`);
}

/** Returns the soft limit of open files; undefined when there is none. */
export function openFileLimit(limits: string): number | undefined {
  const line = limits.split('\n').find((row) => row.startsWith('Max open files'));
  const soft = Number(line?.split(/ +/)[3]);
  return Number.isNaN(soft) ? undefined : soft;
}

export function checkOpenFiles(
  env: Pick<Env, 'DOWNLOAD_CONCURRENCY' | 'DATABASE_CONNECTIONS'>,
  limit: number,
): Finding {
  const needed = OTHER_FILES + 2 * env.DOWNLOAD_CONCURRENCY + env.DATABASE_CONNECTIONS;
  return limit < needed
    ? warning(
        'machine.open_files',
        `The app may open ${limit} files, and needs up to ${needed}.`,
        'Raise the limit: LimitNOFILE= in systemd, --ulimit nofile= in Docker, or ulimit -n.',
      )
    : ok('machine.open_files', `The app may open ${limit} files.`);
}

/** Warns if anyone who reaches the port has full access. */
export function checkExposure({ HOST, API_KEYS }: Pick<Env, 'HOST' | 'API_KEYS'>): Finding {
  const isLoopback = /^(?:localhost|127\.\d+\.\d+\.\d+|::1)$/.test(HOST);
  return API_KEYS === '' && !isLoopback
    ? warning(
        'machine.access',
        `HOST=${HOST} is open to the network, and there are no API keys.`,
        'Set API_KEYS, or set HOST=127.0.0.1.',
      )
    : ok('machine.access', API_KEYS === '' ? 'HOST is a loopback address.' : 'API keys are set.');
}
