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
const state = (change: object) => ({
  type: 0xef53,
  bsize: 1,
  blocks: 100 * GB,
  bfree: 50 * GB,
  bavail: 50 * GB,
  files: 1_000_000,
  ffree: 500_000,
  ...change,
});
const findingsOf = async (DATA_DIR: string): Promise<Finding[]> =>
  collectFindings({
    name: 'disk',
    findings: () => checkDisk(Object.assign(new Env(), { DATA_DIR })),
  });

describe('describeSpace()', () => {
  it.each([
    [50 * GB, 'ok'],
    [4 * GB, 'warning'],
    [0.1 * GB, 'error'],
  ])('describeSpace() rates %i free bytes out of 100 GB', (bavail, status) => {
    expect(describeSpace('/data', state({ bavail }))).toMatchObject({ status });
  });
});

describe('describeInodes()', () => {
  it.each([
    [500_000, 'ok'],
    [40_000, 'warning'],
    [10, 'error'],
  ])('describeInodes() rates %i free inodes out of a million', (ffree, status) => {
    expect(describeInodes('/data', state({ ffree }))).toMatchObject({ status });
  });

  it('describeInodes() reports nothing for a file system without a limit', () => {
    expect(describeInodes('/data', state({ files: 0, ffree: 0 }))).toBeUndefined();
  });
});

describe('checkDisk()', () => {
  const folder = mkdtempSync(join(tmpdir(), 'pressroom-doctor-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  it('checkDisk() accepts a folder that the first start will create', async () => {
    const findings = await findingsOf(join(folder, 'new', 'data'));
    expect(findings[0]).toMatchObject({ status: 'ok', check: 'disk.writable' });
  });

  it('checkDisk() reports a file instead of a folder', async () => {
    await writeFile(join(folder, 'artifacts'), '');
    const findings = await findingsOf(folder);
    expect(findings).toContainEqual(
      expect.objectContaining({ status: 'error', message: expect.stringContaining('(ENOTDIR)') }),
    );
  });
});

/** Mounting requires root, and some containers forbid it. */
const mounted = mkdtempSync(join(tmpdir(), 'pressroom-mounted-'));
const mount = (options: string) =>
  spawnSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', mounted]).status === 0;
const unmount = () => spawnSync('umount', [mounted]);
const mayMount = mount('size=4m');
unmount();
afterAll(() => rmSync(mounted, { recursive: true }));

describe.runIf(mayMount)('checkDisk() on a mounted file system (needs root)', () => {
  it('checkDisk() on a mounted file system (needs root) reports a full disk and warns that its file system is in memory', async () => {
    mount('size=2m');
    try {
      await writeFile(join(mounted, 'ballast'), Buffer.alloc(1_900_000));
      const findings = await findingsOf(mounted);
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

  it('checkDisk() on a mounted file system (needs root) reports a file system that is mounted read-only', async () => {
    mount('ro,size=4m');
    try {
      expect((await findingsOf(mounted))[0]).toMatchObject({
        status: 'error',
        check: 'disk.writable',
        message: expect.stringContaining('EROFS'),
        fix: 'Mount the file system with write access.',
      });
    } finally {
      unmount();
    }
  });

  it('checkDisk() on a mounted file system (needs root) reports a file system without free inodes', async () => {
    mount('size=4m,nr_inodes=3');
    try {
      await writeFile(join(mounted, 'one'), '');
      await writeFile(join(mounted, 'two'), '');
      expect(await findingsOf(mounted)).toContainEqual(
        expect.objectContaining({ status: 'error', check: 'disk.inodes' }),
      );
    } finally {
      unmount();
    }
  });
});
