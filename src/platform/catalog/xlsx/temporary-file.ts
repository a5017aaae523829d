import { randomUUID } from 'node:crypto';
import { type FileHandle, open, unlink } from 'node:fs/promises';
import { join } from 'node:path';

/** A file that no other process sees. It is deleted when it is closed, even after a crash. */
export class TemporaryFile {
  private constructor(
    readonly handle: FileHandle,
    private readonly leftover: string | undefined,
  ) {}

  static async create(folder: string): Promise<TemporaryFile> {
    const path = join(folder, `catalog-${randomUUID()}.tmp`);
    const handle = await open(path, 'wx+', 0o600);
    // Windows keeps the name of an open file.
    const isGone = await unlink(path).then(
      () => true,
      () => false,
    );
    return new TemporaryFile(handle, isGone ? undefined : path);
  }

  async close(): Promise<void> {
    await this.handle.close();
    if (this.leftover !== undefined) await unlink(this.leftover);
  }
}
