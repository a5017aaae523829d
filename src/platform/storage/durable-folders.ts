import { close, fsync, open } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { promisify } from 'node:util';

// Uses file descriptors, because a FileHandle allocates an object and warns if it is not closed.
const openFile = promisify(open);
const fsyncFile = promisify(fsync);
const closeFile = promisify(close);

interface OpenFolder {
  descriptor: number;
  runningSync?: Promise<void>;
  nextSync?: Promise<void>;
}

/**
 * Makes folder entries survive a power failure. Folders stay open, because there are only a few.
 * Concurrent calls for the same folder share one fsync.
 */
export class DurableFolders {
  private readonly openFolders = new Map<string, Promise<OpenFolder>>();

  /** @param root existing folder, whose entry in its parent folder also becomes durable */
  constructor(private readonly root: string) {}

  /** Creates the folder, a child of the root, if it is missing. */
  async prepareFolder(folder: string): Promise<void> {
    await this.getOrOpenFolder(folder);
  }

  /** Resolves when all changes made to the folder before this call are on the disk. */
  async syncFolder(folder: string): Promise<void> {
    const state = await this.getOrOpenFolder(folder);
    if (!state.runningSync) return this.startSync(state);
    // The running fsync may have started before this change.
    state.nextSync ??= state.runningSync.catch(() => undefined).then(() => this.startSync(state));
    return state.nextSync;
  }

  /** Closes a folder that may have been removed. The next use creates it again. */
  forgetFolder(folder: string): void {
    const state = this.openFolders.get(folder);
    this.openFolders.delete(folder);
    state?.then(({ descriptor }) => closeFile(descriptor)).catch(() => undefined);
  }

  private startSync(state: OpenFolder): Promise<void> {
    state.nextSync = undefined;
    const sync = fsyncFile(state.descriptor).finally(() => {
      if (state.runningSync === sync) state.runningSync = undefined;
    });
    state.runningSync = sync;
    return sync;
  }

  private getOrOpenFolder(folder: string): Promise<OpenFolder> {
    const openFolder = this.openFolders.get(folder);
    if (openFolder) return openFolder;
    const folderPromise = this.createFolder(folder);
    this.openFolders.set(folder, folderPromise);
    folderPromise.catch(() => this.openFolders.delete(folder));
    return folderPromise;
  }

  /**
   * Creates a folder and syncs its parents. Syncs them even if the folder exists: another process may
   * have just created it, and its entry may not be on the disk yet.
   */
  private async createFolder(folder: string): Promise<OpenFolder> {
    await mkdir(folder, { recursive: true });
    for (const parent of [this.root, dirname(this.root)]) {
      const descriptor = await openFile(parent, 'r');
      try {
        await fsyncFile(descriptor);
      } finally {
        await closeFile(descriptor);
      }
    }
    return { descriptor: await openFile(folder, 'r') };
  }
}
