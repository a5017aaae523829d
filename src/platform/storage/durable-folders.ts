import { close, fsync, open } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { promisify } from 'node:util';

// File descriptors instead of FileHandles. A FileHandle costs an object, and a warning when it is not
// closed.
const openFile = promisify(open);
const syncFile = promisify(fsync);
const closeFile = promisify(close);

interface OpenFolder {
  descriptor: number;
  running?: Promise<void>;
  next?: Promise<void>;
}

/**
 * Makes the entries of folders survive a power failure. Each folder stays open, because there are few.
 * Concurrent calls for the same folder share one fsync.
 */
export class DurableFolders {
  private readonly open = new Map<string, Promise<OpenFolder>>();

  /** @param root an existing folder; its own entry in its parent is made durable as well */
  constructor(private readonly root: string) {}

  /** Creates the folder, a child of the root, if it is missing. */
  async prepare(folder: string): Promise<void> {
    await this.getOrOpenFolder(folder);
  }

  /** Resolves when every change to the folder that was made before this call is on the disk. */
  async sync(folder: string): Promise<void> {
    const state = await this.getOrOpenFolder(folder);
    if (!state.running) return this.start(state);
    // The running fsync may have started before this change.
    state.next ??= state.running.catch(() => undefined).then(() => this.start(state));
    return state.next;
  }

  /** Closes a folder that may have been removed. The next use creates it again. */
  forget(folder: string): void {
    const state = this.open.get(folder);
    this.open.delete(folder);
    state?.then(({ descriptor }) => closeFile(descriptor)).catch(() => undefined);
  }

  private start(state: OpenFolder): Promise<void> {
    state.next = undefined;
    const running = syncFile(state.descriptor).finally(() => {
      if (state.running === running) state.running = undefined;
    });
    state.running = running;
    return running;
  }

  private getOrOpenFolder(folder: string): Promise<OpenFolder> {
    const known = this.open.get(folder);
    if (known) return known;
    const opening = this.createFolder(folder);
    this.open.set(folder, opening);
    opening.catch(() => this.open.delete(folder));
    return opening;
  }

  /**
   * Creates a folder and always syncs its parents. If another app has just created it, its entry may not
   * be on the disk yet.
   */
  private async createFolder(folder: string): Promise<OpenFolder> {
    await mkdir(folder, { recursive: true });
    for (const parent of [this.root, dirname(this.root)]) {
      const descriptor = await openFile(parent, 'r');
      try {
        await syncFile(descriptor);
      } finally {
        await closeFile(descriptor);
      }
    }
    return { descriptor: await openFile(folder, 'r') };
  }
}
