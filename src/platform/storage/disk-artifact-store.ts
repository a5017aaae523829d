import { createHash } from 'node:crypto';
import { close, createReadStream, fsync, open } from 'node:fs';
import {
  access,
  constants,
  mkdir,
  open as openHandle,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  writeFile,
} from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { setTimeout } from 'node:timers/promises';
import { promisify } from 'node:util';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { ImageFormat } from '../compression/inspect/image-format.js';
import { Env } from '../config/env.js';
import { formatArtifactName, assertArtifactKey, parseArtifactName } from './artifact-key.js';
import {
  type ArtifactContent,
  ArtifactStore,
  type ByteRange,
  type ListedArtifact,
  type StoredArtifact,
} from './artifact-store.js';
import { DurableFolders } from './durable-folders.js';
import { withStorageErrors, undefinedIfMissing } from './file-errors.js';
import { ScratchFiles } from './scratch-files.js';

// Uses file descriptors, because FileHandles would allocate an object per image.
const openFile = promisify(open);
const fsyncFile = promisify(fsync);
const closeFile = promisify(close);

/** Number of artifacts in one batch of a listing. */
const LIST_BATCH_SIZE = 1000;
/** Pause after each batch of a listing. */
const LIST_PAUSE_MS = 50;

/** Size of the probe file. Most images are smaller, so they fit if the probe file fits. */
const PROBE_BYTES = 1024 * 1024;

/** File in the artifact folder that identifies the database that claimed it. */
const OWNER_FILE = '.database';

/**
 * Stores artifacts as `DATA_DIR/artifacts/ab/abcd….jpg`. A million artifacts occupy 256 folders of about
 * 4,000 files each. With a second level, nearly every new artifact would need a new folder and additional
 * disk writes.
 */
@Injectable()
export class DiskArtifactStore extends ArtifactStore implements OnModuleInit {
  readonly ownerMarker = `DATA_DIR/artifacts/${OWNER_FILE}`;
  private readonly dataDir: string;
  private readonly root: string;
  private readonly folders: DurableFolders;

  constructor(env: Env) {
    super(new ScratchFiles(env.DATA_DIR));
    this.dataDir = env.DATA_DIR;
    this.root = resolve(env.DATA_DIR, 'artifacts');
    this.folders = new DurableFolders(this.root);
  }

  async onModuleInit(): Promise<void> {
    await withStorageErrors(() => mkdir(this.root, { recursive: true }));
    await this.scratch.prepareFolder();
  }

  async put(temporaryPath: string, key: string, format: ImageFormat): Promise<void> {
    const path = this.getPath(key, format);
    const folder = dirname(path);
    await withStorageErrors(async () => {
      await this.folders.prepareFolder(folder);
      await syncFile(temporaryPath);
      try {
        await rename(temporaryPath, path);
      } catch (error) {
        this.folders.forgetFolder(folder);
        throw error;
      }
      await this.folders.syncFolder(folder);
    });
  }

  async find(key: string, format: ImageFormat): Promise<StoredArtifact | undefined> {
    const path = this.getPath(key, format);
    return withStorageErrors(async () => {
      const stats = await undefinedIfMissing(stat(path));
      return stats && { key, format, bytes: stats.size, path };
    });
  }

  async read(
    key: string,
    format: ImageFormat,
    range?: ByteRange,
  ): Promise<ArtifactContent | undefined> {
    const path = this.getPath(key, format);
    return withStorageErrors(async () => {
      const handle = await undefinedIfMissing(openHandle(path));
      if (!handle) return undefined;
      const { size } = await handle.stat();
      return { bytes: size, content: handle.createReadStream(range) };
    });
  }

  async remove(key: string, format: ImageFormat): Promise<void> {
    await withStorageErrors(() => rm(this.getPath(key, format), { force: true }));
  }

  async *list(): AsyncGenerator<ListedArtifact[]> {
    const folders = await withStorageErrors(() => undefinedIfMissing(readdir(this.root)));
    for (const folder of (folders ?? []).filter((name) => /^[0-9a-f]{2}$/.test(name))) {
      const names = await withStorageErrors(() =>
        undefinedIfMissing(readdir(join(this.root, folder))),
      );
      const artifacts = (names ?? []).flatMap((name) => parseArtifactName(name) ?? []);
      for (let start = 0; start < artifacts.length; start += LIST_BATCH_SIZE) {
        yield artifacts.slice(start, start + LIST_BATCH_SIZE);
        await setTimeout(LIST_PAUSE_MS);
      }
    }
  }

  async findStorageTime(key: string, format: ImageFormat): Promise<Date | undefined> {
    return withStorageErrors(
      async () => (await undefinedIfMissing(stat(this.getPath(key, format))))?.mtime,
    );
  }

  async probe(): Promise<void> {
    const path = this.createTemporaryPath();
    await withStorageErrors(async () => {
      try {
        await writeFile(path, Buffer.alloc(PROBE_BYTES), { flush: true });
      } finally {
        await rm(path, { force: true });
      }
    });
  }

  async checkAccess(): Promise<void> {
    await access(this.dataDir, constants.W_OK);
  }

  async claimForDatabase(database: string): Promise<boolean> {
    const owner = await this.findOwner();
    if (owner !== undefined) return owner === database;
    await withStorageErrors(() =>
      writeFile(join(this.root, OWNER_FILE), `${database}\n`, { flush: true }),
    );
    return true;
  }

  async isClaimedByAnotherDatabase(database: string): Promise<boolean> {
    const owner = await this.findOwner();
    return owner !== undefined && owner !== database;
  }

  async computeSha256(key: string, format: ImageFormat): Promise<string | undefined> {
    const hash = createHash('sha256');
    const hashPromise = pipeline(createReadStream(this.getPath(key, format)), hash).then(
      () => true,
    );
    const exists = await withStorageErrors(() => undefinedIfMissing(hashPromise));
    return exists ? hash.digest('hex') : undefined;
  }

  async exists(): Promise<boolean> {
    return (await withStorageErrors(() => undefinedIfMissing(stat(this.root)))) !== undefined;
  }

  getLocation(key: string, format: ImageFormat): string {
    return `${key.slice(0, 2)}/${formatArtifactName(key, format)}`;
  }

  /** Returns the absolute path of an artifact. */
  getPath(key: string, format: ImageFormat): string {
    assertArtifactKey(key);
    return join(this.root, this.getLocation(key, format));
  }

  /**
   * Removes the artifact folder, unless it contains other files. Returns the names of those other
   * files.
   */
  async removeFolder(): Promise<string[]> {
    return withStorageErrors(async () => {
      const names = (await undefinedIfMissing(readdir(this.root, { recursive: true }))) ?? [];
      const otherFiles = names.filter((name) => name !== OWNER_FILE && !/^[0-9a-f]{2}$/.test(name));
      if (otherFiles.length === 0) await rm(this.root, { recursive: true, force: true });
      return otherFiles;
    });
  }

  /** Returns the database that claimed the folder; undefined if the folder is unclaimed. */
  async findOwner(): Promise<string | undefined> {
    const path = join(this.root, OWNER_FILE);
    return (await withStorageErrors(() => undefinedIfMissing(readFile(path, 'utf8'))))?.trim();
  }
}

async function syncFile(path: string): Promise<void> {
  const descriptor = await openFile(path, 'r+');
  try {
    await fsyncFile(descriptor);
  } finally {
    await closeFile(descriptor);
  }
}
