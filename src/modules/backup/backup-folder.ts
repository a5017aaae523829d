import { randomUUID } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { BackupError } from './backup-error.js';
import { assertManifest, type Manifest } from './manifest.js';

const SNAPSHOTS = 'snapshots';
const FILES = 'files';
const MANIFEST = 'manifest.json';
const TEMPORARY = 'tmp';

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

  /** Creates the folder. Refuses one with other content, and removes what interrupted backups left. */
  async prepare(): Promise<void> {
    await mkdir(this.path, { recursive: true, mode: PRIVATE_FOLDER });
    const known = new Set([SNAPSHOTS, FILES, TEMPORARY]);
    const others = (await readdir(this.path)).filter((name) => !known.has(name));
    if (others.length > 0) {
      throw new BackupError(
        `${this.path} has other content (${others.slice(0, 5).join(', ')}). Name an empty folder, or one with backups of Pressroom.`,
      );
    }
    await mkdir(join(this.path, SNAPSHOTS), { recursive: true, mode: PRIVATE_FOLDER });
    await mkdir(join(this.path, FILES), { recursive: true, mode: PRIVATE_FOLDER });
    await rm(join(this.path, TEMPORARY), { recursive: true, force: true });
    await mkdir(join(this.path, TEMPORARY), { mode: PRIVATE_FOLDER });
    const [all, complete] = [await this.snapshotFolders(), new Set(await this.snapshots())];
    for (const name of all.filter((one) => !complete.has(one))) {
      await rm(this.snapshotPath(name), { recursive: true, force: true });
    }
  }

  /** Creates the folder of a new backup. Its name is the time in UTC. */
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

  hasFile(sha256: string): Promise<boolean> {
    return exists(this.filePath(sha256));
  }

  /** Moves a temporary file to its place, after its content is on the disk. */
  async keepFile(temporaryPath: string, sha256: string): Promise<void> {
    const path = this.filePath(sha256);
    await mkdir(dirname(path), { recursive: true, mode: PRIVATE_FOLDER });
    await syncPath(temporaryPath);
    await rename(temporaryPath, path);
  }

  /** Completes a backup. */
  async writeManifest(name: string, manifest: Manifest): Promise<void> {
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

  private async snapshotFolders(): Promise<string[]> {
    const path = join(this.path, SNAPSHOTS);
    return (await exists(path)) ? (await readdir(path)).toSorted() : [];
  }
}

const exists = async (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return false;
      throw error;
    },
  );

async function syncPath(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
