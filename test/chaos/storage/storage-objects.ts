import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { AppError } from '../../../src/platform/errors/app-error.js';

/** Sizes of objects. Every thousandth object is large and uploaded in parts. */
const MIN_BYTES = 200;
const SIZE_RANGE_BYTES = 12_000;
const LARGE_BYTES = 9 * 1024 * 1024;
const LARGE_OBJECT_INTERVAL = 1000;

const CONCURRENCY = 16;
/** Pause before a caller repeats a failed operation. */
const REPEAT_DELAY_MS = 500;
/** Maximum number of attempts for one operation. An outage is over after a few attempts. */
const MAX_ATTEMPTS = 200;

const sha256 = (content: string | Buffer) => createHash('sha256').update(content).digest();

export interface TestObject {
  key: string;
  format: 'jpeg';
  content(): Buffer;
  bytes: number;
}

/** Returns objects whose keys and content depend only on `setName` and their position. */
export function createTestObjects(setName: string, count: number): TestObject[] {
  return Array.from({ length: count }, (_, index) => {
    const name = sha256(`${setName} ${index}`);
    const isLarge = index % LARGE_OBJECT_INTERVAL === 0;
    const bytes = isLarge
      ? LARGE_BYTES + index
      : MIN_BYTES + (name.readUInt32LE() % SIZE_RANGE_BYTES);
    const content = () => Buffer.alloc(bytes, name);
    return { key: name.toString('hex'), format: 'jpeg', bytes, content };
  });
}

/** Counts the operations that a caller had to repeat. */
export class RepeatCounter {
  repeatCount = 0;

  /**
   * Runs an operation for every item, 16 at a time. Repeats an operation that fails with an error of the
   * retry policy `uncounted`, like image processing.
   */
  async runForEach<T>(
    items: readonly T[],
    operation: (item: T, index: number) => Promise<unknown>,
  ) {
    const pending = items.entries();
    const worker = async () => {
      for (const [index, item] of pending) {
        await this.runOperation(() => operation(item, index));
      }
    };
    await Promise.all(Array.from({ length: CONCURRENCY }, worker));
  }

  async runOperation<T>(operation: () => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await operation();
      } catch (error) {
        const isUncounted = error instanceof AppError && error.retry === 'uncounted';
        if (!isUncounted || attempt === MAX_ATTEMPTS) throw error;
        this.repeatCount += 1;
        await sleep(REPEAT_DELAY_MS);
      }
    }
  }
}
