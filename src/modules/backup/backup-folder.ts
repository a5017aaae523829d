import { randomUUID } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { undefinedIfMissing } from '../../platform/storage/file-errors.js';
import { BackupError } from './backup-error.js';
import { assertManifest, type Manifest } from './manifest.js';

const SNAPSHOTS_FOLDER = 'snapshots';
const FILES_FOLDER = 'files';
const MANIFEST_FILE = 'manifest.json';
const TEMPORARY_FOLDER = 'tmp';
/** File that identifies the database that the backups belong to. */
const OWNER_FILE = '.database';
/** Folder that ext4 creates at the root of a disk. */
const LOST_AND_FOUND = 'lost+found';

/** File modes. Backups are private, because they contain the server's secret. */
const PRIVATE_FOLDER_MODE = 0o700;
const PRIVATE_FILE_MODE = 0o600;

/**
 * A folder of backups. `files/ab/<sha256>` contains each image once for all backups. `snapshots/<time>`
 * contains the database of one backup. The manifest is written last, so a snapshot without a manifest is
 * incomplete.
 */
export class BackupFolder {
  readonly path: string;

  constructor(path: string) {
    this.path = resolve(path);
  }

  /**
   * Creates the folder. Rejects a folder with other content or with backups of a different database.
   * Removes the files of interrupted backups. The caller must hold the backup lock of the database.
   *
   * @param database identity of the database
   */
  async prepareFolder(database: string): Promise<void> {
    await mkdir(this.path, { recursive: true, mode: PRIVATE_FOLDER_MODE });
    const expectedNames = new Set([
      SNAPSHOTS_FOLDER,
      FILES_FOLDER,
      TEMPORARY_FOLDER,
      OWNER_FILE,
      LOST_AND_FOUND,
    ]);
    const otherNames = (await readdir(this.path)).filter((name) => !expectedNames.has(name));
    if (otherNames.length > 0) {
      throw new BackupError(
        `${this.path} has other content (${otherNames.slice(0, 5).join(', ')}). Use an empty folder or a folder with Pressroom backups.`,
      );
    }
    await this.claimForDatabase(database);
    await mkdir(join(this.path, SNAPSHOTS_FOLDER), { recursive: true, mode: PRIVATE_FOLDER_MODE });
    await mkdir(join(this.path, FILES_FOLDER), { recursive: true, mode: PRIVATE_FOLDER_MODE });
    await rm(join(this.path, TEMPORARY_FOLDER), { recursive: true, force: true });
    await mkdir(join(this.path, TEMPORARY_FOLDER), { mode: PRIVATE_FOLDER_MODE });
    const [allNames, completeNames] = [
      await this.listSnapshotFolders(),
      new Set(await this.listSnapshots()),
    ];
    for (const name of allNames.filter((snapshot) => !completeNames.has(snapshot))) {
      await rm(this.getSnapshotPath(name), { recursive: true, force: true });
    }
  }

  /** Creates the folder of a new backup, named after the current time in UTC. */
  async createSnapshot(now: Date): Promise<string> {
    const name = now.toISOString().replaceAll(':', '-');
    await mkdir(this.getSnapshotPath(name), { mode: PRIVATE_FOLDER_MODE });
    return name;
  }

  /** Lists the names of the complete backups, oldest first. */
  async listSnapshots(): Promise<string[]> {
    const names = await this.listSnapshotFolders();
    const manifestFlags = await Promise.all(
      names.map((name) => exists(join(this.getSnapshotPath(name), MANIFEST_FILE))),
    );
    return names.filter((_name, index) => manifestFlags[index]);
  }

  getSnapshotPath(name: string): string {
    return join(this.path, SNAPSHOTS_FOLDER, name);
  }

  getFilePath(sha256: string): string {
    return join(this.path, FILES_FOLDER, sha256.slice(0, 2), sha256);
  }

  createTemporaryPath(): string {
    return join(this.path, TEMPORARY_FOLDER, randomUUID());
  }

  /** Returns true if an earlier backup copied the file. A file of a different size is damaged. */
  async hasFile(sha256: string, bytes: number): Promise<boolean> {
    return (await undefinedIfMissing(stat(this.getFilePath(sha256))))?.size === bytes;
  }

  /** Flushes a temporary file to the disk, then moves it to its final path. */
  async commitFile(temporaryPath: string, sha256: string): Promise<void> {
    const path = this.getFilePath(sha256);
    await mkdir(dirname(path), { recursive: true, mode: PRIVATE_FOLDER_MODE });
    await syncPath(temporaryPath);
    await rename(temporaryPath, path);
  }

  /** Completes a backup. Writes the manifest after everything else is on the disk. */
  async writeManifest(name: string, manifest: Manifest): Promise<void> {
    // Syncs all folders, because an interrupted backup may have left unsynced entries.
    const files = join(this.path, FILES_FOLDER);
    for (const folder of await readdir(files)) await syncPath(join(files, folder));
    for (const folder of [
      this.getSnapshotPath(name),
      files,
      join(this.path, SNAPSHOTS_FOLDER),
      this.path,
    ]) {
      await syncPath(folder);
    }
    const path = this.createTemporaryPath();
    const content = `${JSON.stringify(manifest, null, 2)}\n`;
    await writeFile(path, content, { mode: PRIVATE_FILE_MODE, flush: true });
    await rename(path, join(this.getSnapshotPath(name), MANIFEST_FILE));
    await syncPath(this.getSnapshotPath(name));
    await rm(join(this.path, TEMPORARY_FOLDER), { recursive: true, force: true });
  }

  /** @throws BackupError if the manifest is invalid */
  async readManifest(name: string): Promise<Manifest> {
    const path = join(this.getSnapshotPath(name), MANIFEST_FILE);
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

  /** Claims the folder for the database. The file is created atomically, so two databases never share a folder. */
  private async claimForDatabase(database: string): Promise<void> {
    const path = join(this.path, OWNER_FILE);
    try {
      await writeFile(path, `${database}\n`, { flag: 'wx', mode: PRIVATE_FILE_MODE, flush: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') {
        // If the disk is full, the new file is empty.
        await rm(path, { force: true });
        throw error;
      }
      const owner = (await readFile(path, 'utf8')).trim();
      if (owner === database) return;
      throw new BackupError(
        `${this.path} contains backups of another database (${owner}). Use a different folder. If this database was restored from these backups and permanently replaces the other one, remove ${path}.`,
      );
    }
  }

  private async listSnapshotFolders(): Promise<string[]> {
    const path = join(this.path, SNAPSHOTS_FOLDER);
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
