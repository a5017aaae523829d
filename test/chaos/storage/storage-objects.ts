import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { AppError } from '../../../src/platform/errors/app-error.js';

/** Sizes of objects in bytes. Every thousandth is uploaded in parts. */
const MIN_BYTES = 200;
const SPREAD_BYTES = 12_000;
const LARGE_BYTES = 9 * 1024 * 1024;
const LARGE_EVERY = 1000;

const CONCURRENCY = 16;
/** Pause before a caller repeats a failed operation. */
const REPEAT_MS = 500;
/** Attempts of one operation. An outage is over after a few of them. */
const MAX_ATTEMPTS = 200;

const sha256 = (content: string | Buffer) => createHash('sha256').update(content).digest();

export interface TestObject {
  key: string;
  format: 'jpeg';
  content(): Buffer;
  bytes: number;
}

/** Returns objects whose keys and content depend only on `set` and their position. */
export function testObjects(set: string, count: number): TestObject[] {
  return Array.from({ length: count }, (_, at) => {
    const name = sha256(`${set} ${at}`);
    const large = at % LARGE_EVERY === 0;
    const bytes = large ? LARGE_BYTES + at : MIN_BYTES + (name.readUInt32LE() % SPREAD_BYTES);
    const content = () => Buffer.alloc(bytes, name);
    return { key: name.toString('hex'), format: 'jpeg', bytes, content };
  });
}

/** Counts the operations that a caller had to repeat. */
export class RepeatCounter {
  repeated = 0;

  /**
   * Runs an operation for every item, 16 at a time. Repeats one that fails with an error of policy
   * `uncounted`, as the processing of images does.
   */
  async runForEach<T>(items: readonly T[], operation: (item: T, at: number) => Promise<unknown>) {
    const pending = items.entries();
    const work = async () => {
      for (const [at, item] of pending) await this.runOperation(() => operation(item, at));
    };
    await Promise.all(Array.from({ length: CONCURRENCY }, work));
  }

  async runOperation<T>(operation: () => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await operation();
      } catch (error) {
        const isUncounted = error instanceof AppError && error.retry === 'uncounted';
        if (!isUncounted || attempt === MAX_ATTEMPTS) throw error;
        this.repeated += 1;
        await sleep(REPEAT_MS);
      }
    }
  }
}
