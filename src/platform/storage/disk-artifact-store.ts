import { createHash, randomUUID } from 'node:crypto';
import { close, createReadStream, fsync, open } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, stat, unlink, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { setTimeout } from 'node:timers/promises';
import { promisify } from 'node:util';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { ImageFormat } from '../compression/image-format.js';
import { Env } from '../config/env.js';
import { artifactName, parseArtifactName } from './artifact-key.js';
import { ArtifactStore, type ListedArtifact, type StoredArtifact } from './artifact-store.js';
import { DurableFolders } from './durable-folders.js';
import { errnoOf, storageError } from '../errors/storage-errors.js';

// Numbers, not FileHandles: this is done for each image.
const openFile = promisify(open);
const fsyncFile = promisify(fsync);
const closeFile = promisify(close);

/** Longer than any image is worked on: a file this old was left by a process that is gone. */
const LEFTOVER_MS = 60 * 60 * 1000;

/** Names that a listing hands out at once, and its pause after each. */
const LIST_NAMES = 1000;
const LIST_PAUSE_MS = 50;

/** Enough for most images; where this fits, work can go on. */
const PROBE_BYTES = 1024 * 1024;

/** In the folder of the artifacts: which database knows them. */
const OWNER = '.database';

/**
 * `DATA_DIR/artifacts/ab/abcd….jpg`: 256 folders, some thousand files each with a million. A second
 * level would cost nearly every new artifact a new folder, with trips to the disk of its own.
 */
@Injectable()
export class DiskArtifactStore extends ArtifactStore implements OnModuleInit {
  private readonly root: string;
  private readonly temporary: string;
  private readonly folders: DurableFolders;

  constructor(env: Env) {
    super();
    this.root = resolve(env.DATA_DIR, 'artifacts');
    this.temporary = resolve(env.DATA_DIR, 'tmp');
    this.folders = new DurableFolders(this.root);
  }

  async onModuleInit(): Promise<void> {
    await orStorageError(async () => {
      await mkdir(this.root, { recursive: true });
      await mkdir(this.temporary, { recursive: true });
      await this.removeLeftovers();
    });
  }

  temporaryPath(): string {
    return join(this.temporary, randomUUID());
  }

  async discard(...temporaryPaths: string[]): Promise<void> {
    await orStorageError(() =>
      Promise.all(temporaryPaths.map((path) => unlessMissing(unlink(path)))),
    );
  }

  async put(temporaryPath: string, key: string, format: ImageFormat): Promise<string> {
    const path = this.pathOf(key, format);
    const folder = dirname(path);
    return orStorageError(async () => {
      await this.folders.prepare(folder);
      await syncFile(temporaryPath);
      try {
        await rename(temporaryPath, path);
      } catch (error) {
        this.folders.forget(folder);
        throw error;
      }
      await this.folders.sync(folder);
      return path;
    });
  }

  async find(key: string, format: ImageFormat): Promise<StoredArtifact | undefined> {
    const path = this.pathOf(key, format);
    return orStorageError(async () => {
      const found = await unlessMissing(stat(path));
      return found && { key, format, bytes: found.size, path };
    });
  }

  async remove(key: string, format: ImageFormat): Promise<void> {
    await orStorageError(() => rm(this.pathOf(key, format), { force: true }));
  }

  async *list(): AsyncGenerator<ListedArtifact[]> {
    const names = await orStorageError(() => unlessMissing(readdir(this.root)));
    for (const folder of (names ?? []).filter((name) => /^[0-9a-f]{2}$/.test(name))) {
      const found = await orStorageError(() => unlessMissing(readdir(join(this.root, folder))));
      const artifacts = (found ?? []).flatMap((name) => parseArtifactName(name) ?? []);
      for (let from = 0; from < artifacts.length; from += LIST_NAMES) {
        yield artifacts.slice(from, from + LIST_NAMES);
        await setTimeout(LIST_PAUSE_MS);
      }
    }
  }

  async storedAt(key: string, format: ImageFormat): Promise<Date | undefined> {
    return orStorageError(async () => (await unlessMissing(stat(this.pathOf(key, format))))?.mtime);
  }

  async removeLeftovers(): Promise<number> {
    return orStorageError(async () => {
      const before = Date.now() - LEFTOVER_MS;
      let removed = 0;
      for (const name of await readdir(this.temporary)) {
        const path = join(this.temporary, name);
        const found = await unlessMissing(stat(path));
        if (!found || found.mtimeMs >= before) continue;
        await rm(path, { force: true, recursive: true });
        removed += 1;
      }
      return removed;
    });
  }

  async probe(): Promise<void> {
    const path = this.temporaryPath();
    await orStorageError(async () => {
      try {
        await writeFile(path, Buffer.alloc(PROBE_BYTES), { flush: true });
      } finally {
        await rm(path, { force: true });
      }
    });
  }

  async belongsTo(database: string): Promise<boolean> {
    const owner = await this.owner();
    if (owner !== undefined) return owner === database;
    await orStorageError(() => writeFile(join(this.root, OWNER), `${database}\n`, { flush: true }));
    return true;
  }

  async isClaimedByAnother(database: string): Promise<boolean> {
    const owner = await this.owner();
    return owner !== undefined && owner !== database;
  }

  async sha256Of(key: string, format: ImageFormat): Promise<string | undefined> {
    const hash = createHash('sha256');
    const read = pipeline(createReadStream(this.pathOf(key, format)), hash).then(() => true);
    const found = await orStorageError(() => unlessMissing(read));
    return found ? hash.digest('hex') : undefined;
  }

  async exists(): Promise<boolean> {
    return (await orStorageError(() => unlessMissing(stat(this.root)))) !== undefined;
  }

  private async owner(): Promise<string | undefined> {
    const path = join(this.root, OWNER);
    return (await orStorageError(() => unlessMissing(readFile(path, 'utf8'))))?.trim();
  }

  private pathOf(key: string, format: ImageFormat): string {
    if (!/^[0-9a-f]{64}$/.test(key)) throw new TypeError('an artifact key is 64 hex digits');
    return join(this.root, key.slice(0, 2), artifactName(key, format));
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

async function unlessMissing<T>(operation: Promise<T>): Promise<T | undefined> {
  try {
    return await operation;
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

async function orStorageError<T>(operation: () => Promise<T>): Promise<T> {
  try {
    return await operation();
  } catch (error) {
    throw storageError(error);
  }
}
