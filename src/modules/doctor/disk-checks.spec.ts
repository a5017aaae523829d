import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { Env } from '../../platform/config/env.js';
import { checkDisk, describeInodes, describeSpace } from './disk-checks.js';
import { collectFindings } from './collect-findings.js';
import type { Finding } from './finding.js';

const GB = 1e9;
const createStats = (overrides: object) => ({
  type: 0xef53,
  bsize: 1,
  blocks: 100 * GB,
  bfree: 50 * GB,
  bavail: 50 * GB,
  files: 1_000_000,
  ffree: 500_000,
  ...overrides,
});
const collectDiskFindings = async (DATA_DIR: string): Promise<Finding[]> =>
  collectFindings({
    name: 'disk',
    runChecks: () => checkDisk(Object.assign(new Env(), { DATA_DIR })),
  });

describe('describeSpace()', () => {
  it.each([
    [50 * GB, 'ok'],
    [4 * GB, 'warning'],
    [0.1 * GB, 'error'],
  ])('describeSpace() for %i free bytes out of 100 GB returns the status %j', (bavail, status) => {
    expect(describeSpace('/data', createStats({ bavail }))).toMatchObject({ status });
  });
});

describe('describeInodes()', () => {
  it.each([
    [500_000, 'ok'],
    [40_000, 'warning'],
    [10, 'error'],
  ])(
    'describeInodes() for %i free inodes out of a million returns the status %j',
    (ffree, status) => {
      expect(describeInodes('/data', createStats({ ffree }))).toMatchObject({ status });
    },
  );

  it('describeInodes() returns undefined for a file system without an inode limit', () => {
    expect(describeInodes('/data', createStats({ files: 0, ffree: 0 }))).toBeUndefined();
  });
});

describe('checkDisk()', () => {
  const folder = mkdtempSync(join(tmpdir(), 'pressroom-doctor-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  it('checkDisk() accepts a folder that the first start will create', async () => {
    const findings = await collectDiskFindings(join(folder, 'new', 'data'));
    expect(findings[0]).toMatchObject({ status: 'ok', check: 'disk.writable' });
  });

  it('checkDisk() reports a file at the path of a folder', async () => {
    await writeFile(join(folder, 'artifacts'), '');
    const findings = await collectDiskFindings(folder);
    expect(findings).toContainEqual(
      expect.objectContaining({ status: 'error', message: expect.stringContaining('(ENOTDIR)') }),
    );
  });
});

/** Mount point of the tests. Mounting requires root, and some containers forbid it. */
const mountPoint = mkdtempSync(join(tmpdir(), 'pressroom-mounted-'));
const mount = (options: string) =>
  spawnSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', mountPoint]).status === 0;
const unmount = () => spawnSync('umount', [mountPoint]);
const canMount = mount('size=4m');
unmount();
afterAll(() => rmSync(mountPoint, { recursive: true }));

describe.runIf(canMount)('checkDisk() on a mounted file system (requires root)', () => {
  it('checkDisk() reports a full disk and a file system in memory', async () => {
    mount('size=2m');
    try {
      await writeFile(join(mountPoint, 'ballast'), Buffer.alloc(1_900_000));
      const findings = await collectDiskFindings(mountPoint);
      expect(findings).toContainEqual(
        expect.objectContaining({ status: 'error', message: expect.stringContaining('ENOSPC') }),
      );
      expect(findings).toContainEqual(
        expect.objectContaining({ status: 'error', check: 'disk.space' }),
      );
      expect(findings).toContainEqual(
        expect.objectContaining({ status: 'warning', check: 'disk.durability' }),
      );
    } finally {
      unmount();
    }
  });

  it('checkDisk() reports a file system that is mounted read-only', async () => {
    mount('ro,size=4m');
    try {
      expect((await collectDiskFindings(mountPoint))[0]).toMatchObject({
        status: 'error',
        check: 'disk.writable',
        message: expect.stringContaining('EROFS'),
        fix: 'Mount the file system with write access.',
      });
    } finally {
      unmount();
    }
  });

  it('checkDisk() reports a file system without free inodes', async () => {
    mount('size=4m,nr_inodes=3');
    try {
      await writeFile(join(mountPoint, 'one'), '');
      await writeFile(join(mountPoint, 'two'), '');
      expect(await collectDiskFindings(mountPoint)).toContainEqual(
        expect.objectContaining({ status: 'error', check: 'disk.inodes' }),
      );
    } finally {
      unmount();
    }
  });
});
