import { randomUUID } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { undefinedIfMissing } from '../../platform/storage/file-errors.js';
import { BackupError } from './backup-error.js';
import { assertManifest, type Manifest } from './manifest.js';

const SNAPSHOTS = 'snapshots';
const FILES = 'files';
const MANIFEST = 'manifest.json';
const TEMPORARY = 'tmp';
/** File that identifies the database of the backups. */
const OWNER = '.database';
/** Folder that ext4 creates at the root of a disk. */
const LOST_AND_FOUND = 'lost+found';

/** A backup contains the server's secret. */
const PRIVATE_FOLDER = 0o700;
const PRIVATE_FILE = 0o600;

/**
 * A folder of backups. `files/ab/<sha256>` has each image once, for all backups. `snapshots/<time>` has the
 * database of one backup; its manifest is written last, so a folder without one is incomplete.
 */
export class BackupFolder {
  readonly path: string;

  constructor(path: string) {
    this.path = resolve(path);
  }

  /**
   * Creates the folder. Rejects a folder with other content or with backups of another database.
   * Removes the files of interrupted backups. The caller holds the backup lock of the database.
   *
   * @param database identity of the database
   */
  async prepareFolder(database: string): Promise<void> {
    await mkdir(this.path, { recursive: true, mode: PRIVATE_FOLDER });
    const known = new Set([SNAPSHOTS, FILES, TEMPORARY, OWNER, LOST_AND_FOUND]);
    const others = (await readdir(this.path)).filter((name) => !known.has(name));
    if (others.length > 0) {
      throw new BackupError(
        `${this.path} has other content (${others.slice(0, 5).join(', ')}). Name an empty folder, or one with backups of Pressroom.`,
      );
    }
    await this.claimFor(database);
    await mkdir(join(this.path, SNAPSHOTS), { recursive: true, mode: PRIVATE_FOLDER });
    await mkdir(join(this.path, FILES), { recursive: true, mode: PRIVATE_FOLDER });
    await rm(join(this.path, TEMPORARY), { recursive: true, force: true });
    await mkdir(join(this.path, TEMPORARY), { mode: PRIVATE_FOLDER });
    const [all, complete] = [await this.snapshotFolders(), new Set(await this.snapshots())];
    for (const name of all.filter((one) => !complete.has(one))) {
      await rm(this.snapshotPath(name), { recursive: true, force: true });
    }
  }

  /** Creates the folder of a new backup, named after the current time in UTC. */
  async createSnapshot(now: Date): Promise<string> {
    const name = now.toISOString().replaceAll(':', '-');
    await mkdir(this.snapshotPath(name), { mode: PRIVATE_FOLDER });
    return name;
  }

  /** Names of the complete backups, oldest first. */
  async snapshots(): Promise<string[]> {
    const names = await this.snapshotFolders();
    const complete = await Promise.all(
      names.map((name) => exists(join(this.snapshotPath(name), MANIFEST))),
    );
    return names.filter((_name, index) => complete[index]);
  }

  snapshotPath(name: string): string {
    return join(this.path, SNAPSHOTS, name);
  }

  filePath(sha256: string): string {
    return join(this.path, FILES, sha256.slice(0, 2), sha256);
  }

  temporaryPath(): string {
    return join(this.path, TEMPORARY, randomUUID());
  }

  /** Returns true if an earlier backup has copied the file. A file of another size is damaged. */
  async hasFile(sha256: string, bytes: number): Promise<boolean> {
    return (await undefinedIfMissing(stat(this.filePath(sha256))))?.size === bytes;
  }

  /** Moves a temporary file to its final path, after its content is on the disk. */
  async commitFile(temporaryPath: string, sha256: string): Promise<void> {
    const path = this.filePath(sha256);
    await mkdir(dirname(path), { recursive: true, mode: PRIVATE_FOLDER });
    await syncPath(temporaryPath);
    await rename(temporaryPath, path);
  }

  /** Completes a backup, after everything else is on the disk. */
  async writeManifest(name: string, manifest: Manifest): Promise<void> {
    // An interrupted backup may have left files whose folder was not synced.
    const files = join(this.path, FILES);
    for (const folder of await readdir(files)) await syncPath(join(files, folder));
    for (const folder of [this.snapshotPath(name), files, join(this.path, SNAPSHOTS), this.path]) {
      await syncPath(folder);
    }
    const path = this.temporaryPath();
    const content = `${JSON.stringify(manifest, null, 2)}\n`;
    await writeFile(path, content, { mode: PRIVATE_FILE, flush: true });
    await rename(path, join(this.snapshotPath(name), MANIFEST));
    await syncPath(this.snapshotPath(name));
    await rm(join(this.path, TEMPORARY), { recursive: true, force: true });
  }

  /** @throws BackupError if the manifest is invalid */
  async readManifest(name: string): Promise<Manifest> {
    const path = join(this.snapshotPath(name), MANIFEST);
    let content: unknown;
    try {
      content = JSON.parse(await readFile(path, 'utf8'));
    } catch (error) {
      throw new BackupError(`${path} cannot be read (${(error as Error).message}).`, {
        cause: error,
      });
    }
    return assertManifest(content, path);
  }

  /** Claims the folder for the database. Creating the file is atomic, so two databases never share a folder. */
  private async claimFor(database: string): Promise<void> {
    const path = join(this.path, OWNER);
    try {
      await writeFile(path, `${database}\n`, { flag: 'wx', mode: PRIVATE_FILE, flush: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') {
        // On a full disk the new file is empty.
        await rm(path, { force: true });
        throw error;
      }
      const owner = (await readFile(path, 'utf8')).trim();
      if (owner === database) return;
      throw new BackupError(
        `${this.path} contains backups of another database (${owner}). Use another folder. If this database was restored from them and permanently replaces the other one, remove ${path}.`,
      );
    }
  }

  private async snapshotFolders(): Promise<string[]> {
    const path = join(this.path, SNAPSHOTS);
    return (await exists(path)) ? (await readdir(path)).toSorted() : [];
  }
}

const exists = async (path: string): Promise<boolean> =>
  (await undefinedIfMissing(stat(path))) !== undefined;

async function syncPath(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
