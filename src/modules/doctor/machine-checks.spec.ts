import { describe, expect, it } from 'vitest';
import {
  checkExposure,
  checkMemory,
  checkNode,
  checkOpenFiles,
  parseOpenFileLimit,
} from './machine-checks.js';

const GiB = 2 ** 30;

describe('checkMemory()', () => {
  const env = { DECODERS: 4, DECODER_MEMORY_MB: 2048 };
  it.each([
    [16 * GiB, 'ok'],
    [2 * GiB, 'warning'],
  ])('checkMemory() for %i available bytes returns the status %j', (availableBytes, status) => {
    expect(checkMemory(env, availableBytes)).toMatchObject({ status });
  });
});

describe('checkNode()', () => {
  it.each([
    ['18.20.0', 'error'],
    ['20.18.3', 'error'],
    ['20.19.0', 'ok'],
    ['24.1.0', 'ok'],
  ])('checkNode() for Node.js %s returns the status %j', (version, status) => {
    expect(checkNode(version)).toMatchObject({ status });
  });
});

describe('parseOpenFileLimit()', () => {
  const createLimits = (soft: string) =>
    `Limit                     Soft Limit           Hard Limit           Units\nMax open files            ${soft}                 4096                 files\n`;

  it('parseOpenFileLimit() reads the soft limit from /proc/self/limits', () => {
    expect(parseOpenFileLimit(createLimits('1024'))).toBe(1024);
    expect(parseOpenFileLimit(createLimits('unlimited'))).toBeUndefined();
  });

  it('checkOpenFiles() warns if the open file limit is below the number of connections', () => {
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
  ])(
    'checkExposure() for HOST=%s and API_KEYS=%j returns the status %j',
    (HOST, API_KEYS, status) => {
      expect(checkExposure({ HOST, API_KEYS })).toMatchObject({ status });
    },
  );
});
