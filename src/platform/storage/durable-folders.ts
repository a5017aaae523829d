import { close, fsync, open } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { promisify } from 'node:util';

// Numbers, not FileHandles: those would each cost an object, and a warning when they are forgotten.
const openFile = promisify(open);
const syncFile = promisify(fsync);
const closeFile = promisify(close);

interface OpenFolder {
  descriptor: number;
  running?: Promise<void>;
  next?: Promise<void>;
}

/**
 * Folders whose entries have to survive a loss of power. Each stays open, as there are few of them,
 * and those who wait for the same folder share one fsync.
 */
export class DurableFolders {
  private readonly open = new Map<string, Promise<OpenFolder>>();

  /** @param root exists; its own entry in its parent is made durable along */
  constructor(private readonly root: string) {}

  /** Makes the folder, a child of the root, where it is missing. */
  async prepare(folder: string): Promise<void> {
    await this.opened(folder);
  }

  /** Resolves when every change to the folder that was made before this call is on the disk. */
  async sync(folder: string): Promise<void> {
    const state = await this.opened(folder);
    if (!state.running) return this.start(state);
    // The one that runs may have begun before our change.
    state.next ??= state.running.catch(() => undefined).then(() => this.start(state));
    return state.next;
  }

  /** The folder may be gone: the next use makes it anew. */
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

  private opened(folder: string): Promise<OpenFolder> {
    const known = this.open.get(folder);
    if (known) return known;
    const opening = this.make(folder);
    this.open.set(folder, opening);
    opening.catch(() => this.open.delete(folder));
    return opening;
  }

  /** Another app may just have made it, so that its entry is not on the disk yet: it is synced all the same. */
  private async make(folder: string): Promise<OpenFolder> {
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
