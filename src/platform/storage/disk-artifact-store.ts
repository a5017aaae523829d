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
import { artifactName, assertArtifactKey, parseArtifactName } from './artifact-key.js';
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

// File descriptors instead of FileHandles, which would cost an object per image.
const openFile = promisify(open);
const fsyncFile = promisify(fsync);
const closeFile = promisify(close);

/** Number of names per batch of a listing, and the pause after each. */
const LIST_NAMES = 1000;
const LIST_PAUSE_MS = 50;

/** Size of the probe file. Most images are smaller, so they fit if the probe fits. */
const PROBE_BYTES = 1024 * 1024;

/** File in the artifact folder that identifies its database. */
const OWNER = '.database';

/**
 * Stores artifacts as `DATA_DIR/artifacts/ab/abcd….jpg`. A million artifacts have 256 folders of about
 * 4,000 files each. With a second level, nearly every new artifact would need a new folder and further
 * disk writes.
 */
@Injectable()
export class DiskArtifactStore extends ArtifactStore implements OnModuleInit {
  readonly ownerMarker = `DATA_DIR/artifacts/${OWNER}`;
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
    await this.scratch.prepare();
  }

  async put(temporaryPath: string, key: string, format: ImageFormat): Promise<void> {
    const path = this.getPath(key, format);
    const folder = dirname(path);
    await withStorageErrors(async () => {
      await this.folders.prepare(folder);
      await syncFile(temporaryPath);
      try {
        await rename(temporaryPath, path);
      } catch (error) {
        this.folders.forget(folder);
        throw error;
      }
      await this.folders.sync(folder);
    });
  }

  async find(key: string, format: ImageFormat): Promise<StoredArtifact | undefined> {
    const path = this.getPath(key, format);
    return withStorageErrors(async () => {
      const found = await undefinedIfMissing(stat(path));
      return found && { key, format, bytes: found.size, path };
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
    const names = await withStorageErrors(() => undefinedIfMissing(readdir(this.root)));
    for (const folder of (names ?? []).filter((name) => /^[0-9a-f]{2}$/.test(name))) {
      const found = await withStorageErrors(() =>
        undefinedIfMissing(readdir(join(this.root, folder))),
      );
      const artifacts = (found ?? []).flatMap((name) => parseArtifactName(name) ?? []);
      for (let from = 0; from < artifacts.length; from += LIST_NAMES) {
        yield artifacts.slice(from, from + LIST_NAMES);
        await setTimeout(LIST_PAUSE_MS);
      }
    }
  }

  async storedAt(key: string, format: ImageFormat): Promise<Date | undefined> {
    return withStorageErrors(
      async () => (await undefinedIfMissing(stat(this.getPath(key, format))))?.mtime,
    );
  }

  async probe(): Promise<void> {
    const path = this.temporaryPath();
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

  async claimFor(database: string): Promise<boolean> {
    const owner = await this.owner();
    if (owner !== undefined) return owner === database;
    await withStorageErrors(() =>
      writeFile(join(this.root, OWNER), `${database}\n`, { flush: true }),
    );
    return true;
  }

  async isClaimedByAnother(database: string): Promise<boolean> {
    const owner = await this.owner();
    return owner !== undefined && owner !== database;
  }

  async sha256Of(key: string, format: ImageFormat): Promise<string | undefined> {
    const hash = createHash('sha256');
    const read = pipeline(createReadStream(this.getPath(key, format)), hash).then(() => true);
    const found = await withStorageErrors(() => undefinedIfMissing(read));
    return found ? hash.digest('hex') : undefined;
  }

  async exists(): Promise<boolean> {
    return (await withStorageErrors(() => undefinedIfMissing(stat(this.root)))) !== undefined;
  }

  locationOf(key: string, format: ImageFormat): string {
    return `${key.slice(0, 2)}/${artifactName(key, format)}`;
  }

  /** Absolute path of the file. */
  getPath(key: string, format: ImageFormat): string {
    assertArtifactKey(key);
    return join(this.root, this.locationOf(key, format));
  }

  /**
   * Removes the folder of the artifacts, unless it contains other files. Returns the names of those
   * files.
   */
  async removeFolder(): Promise<string[]> {
    return withStorageErrors(async () => {
      const names = (await undefinedIfMissing(readdir(this.root, { recursive: true }))) ?? [];
      const kept = names.filter((name) => name !== OWNER && !/^[0-9a-f]{2}$/.test(name));
      if (kept.length === 0) await rm(this.root, { recursive: true, force: true });
      return kept;
    });
  }

  /** Returns the database that claimed the folder; undefined when none did. */
  async owner(): Promise<string | undefined> {
    const path = join(this.root, OWNER);
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
