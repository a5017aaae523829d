import { randomUUID } from 'node:crypto';
import { type FileHandle, open, unlink } from 'node:fs/promises';
import { join } from 'node:path';

/** A file that other processes cannot see. It is deleted when it is closed or when the process crashes. */
export class TemporaryFile {
  private constructor(
    readonly handle: FileHandle,
    private readonly pathToDelete: string | undefined,
  ) {}

  static async create(folder: string): Promise<TemporaryFile> {
    const path = join(folder, `catalog-${randomUUID()}.tmp`);
    const handle = await open(path, 'wx+', 0o600);
    // Windows cannot unlink an open file, so `close` deletes it there.
    const isUnlinked = await unlink(path).then(
      () => true,
      () => false,
    );
    return new TemporaryFile(handle, isUnlinked ? undefined : path);
  }

  async close(): Promise<void> {
    await this.handle.close();
    if (this.pathToDelete !== undefined) await unlink(this.pathToDelete);
  }
}
