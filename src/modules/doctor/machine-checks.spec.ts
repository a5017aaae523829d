import { describe, expect, it } from 'vitest';
import {
  checkExposure,
  checkMemory,
  checkNode,
  checkOpenFiles,
  openFileLimit,
} from './machine-checks.js';

const GiB = 2 ** 30;

describe('checkMemory()', () => {
  const env = { DECODERS: 4, DECODER_MEMORY_MB: 2048 };
  it.each([
    [16 * GiB, 'ok'],
    [2 * GiB, 'warning'],
  ])('checkMemory() compares the decoder memory with a limit of %i bytes', (available, status) => {
    expect(checkMemory(env, available)).toMatchObject({ status });
  });
});

describe('checkNode()', () => {
  it.each([
    ['18.20.0', 'error'],
    ['20.18.3', 'error'],
    ['20.19.0', 'ok'],
    ['24.1.0', 'ok'],
  ])('checkNode() returns the status of Node.js %s', (version, status) => {
    expect(checkNode(version)).toMatchObject({ status });
  });
});

describe('openFileLimit()', () => {
  const table = (soft: string) =>
    `Limit                     Soft Limit           Hard Limit           Units\nMax open files            ${soft}                 4096                 files\n`;

  it('openFileLimit() reads the soft limit of /proc/self/limits', () => {
    expect(openFileLimit(table('1024'))).toBe(1024);
    expect(openFileLimit(table('unlimited'))).toBeUndefined();
  });

  it('checkOpenFiles() compares the open file limit with the number of connections', () => {
    const env = { DOWNLOAD_CONCURRENCY: 32, DATABASE_CONNECTIONS: 10 };
    expect(checkOpenFiles(env, 256)).toMatchObject({ status: 'warning' });
    expect(checkOpenFiles(env, 4096)).toMatchObject({ status: 'ok' });
  });
});

describe('checkExposure()', () => {
  it.each([
    ['127.0.0.1', '', 'ok'],
    ['0.0.0.0', '', 'warning'],
    ['0.0.0.0', 'shop:correct-horse-battery', 'ok'],
  ])('checkExposure() rates HOST=%s with API_KEYS=%j', (HOST, API_KEYS, status) => {
    expect(checkExposure({ HOST, API_KEYS })).toMatchObject({ status });
  });
});
