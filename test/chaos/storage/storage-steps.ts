import { rm, writeFile } from 'node:fs/promises';
import { buffer } from 'node:stream/consumers';
import { OrphanFiles } from '../../../src/modules/requests/orphan-files.js';
import { ArtifactsRepository } from '../../../src/platform/database/repositories/artifacts.js';
import type { ArtifactStore } from '../../../src/platform/storage/artifact-store.js';
import { withShiftedClock } from './shifted-clock.js';
import type { StorageFixture } from './storage-fixture.js';
import { migrateUntilDone } from './storage-migration.js';
import { RepeatCounter, type TestObject } from './storage-objects.js';

/** Runs one storage operation with all objects. Returns the problems. */
export interface StorageStep {
  name: string;
  run(fixture: StorageFixture, repeats: RepeatCounter): Promise<string[]>;
}

/** Shift of the clock. A file without a record is an orphan after one hour. */
const CLOCK_SHIFT_HOURS = 2;
const RANGE = { start: 50, end: 149 };
const REMOVE_BATCH_SIZE = 500;

/** Returns the steps in order. Each step uses the objects that the previous steps left. */
export function createStorageSteps(first: TestObject[], second: TestObject[]): StorageStep[] {
  const recordedObjects = first.filter((_, index) => index % 2 === 0);
  return [
    {
      name: 'put',
      run: async ({ store }, repeats) => {
        await repeats.runForEach(first, (object) => putObject(store, object));
        return [];
      },
    },
    {
      name: 'head',
      run: ({ store }, repeats) =>
        findWrongObjects(repeats, first, async ({ key, format, bytes }) => {
          const artifact = await store.find(key, format);
          return artifact?.bytes === bytes;
        }),
    },
    { name: 'get', run: ({ store }, repeats) => findChangedObjects(repeats, store, first) },
    {
      name: 'get a range',
      run: ({ store }, repeats) =>
        findWrongObjects(repeats, first, async (object) => {
          const file = await store.read(object.key, object.format, RANGE);
          if (file?.bytes !== object.bytes) return false;
          const expected = object.content().subarray(RANGE.start, RANGE.end + 1);
          return (await buffer(file.content)).equals(expected);
        }),
    },
    { name: 'list', run: ({ store }, repeats) => compareList(repeats, store, first) },
    {
      name: 'orphan cleanup',
      run: async ({ store, directStore, dataSource }, repeats) => {
        const artifacts = new ArtifactsRepository(dataSource);
        await artifacts.reserveArtifacts(recordedObjects.map(toReservation).toSorted(byKey));
        const orphans = new OrphanFiles(artifacts, store);
        const { signal } = new AbortController();
        const unfinishedUploadCount = await withShiftedClock(CLOCK_SHIFT_HOURS, async () => {
          await repeats.runOperation(() => orphans.removeOrphans(signal));
          return directStore.removeLeftovers();
        });
        const problems =
          unfinishedUploadCount > 0 ? [`${unfinishedUploadCount} unfinished uploads are left`] : [];
        problems.push(...(await compareList(repeats, directStore, recordedObjects)));
        return [...problems, ...(await findChangedObjects(repeats, directStore, recordedObjects))];
      },
    },
    {
      name: 'storage:migrate',
      run: async (fixture, repeats) => {
        const { diskStore, directStore } = fixture;
        await repeats.runForEach(second, (object) => putObject(diskStore, object));
        const result = await migrateUntilDone(fixture.commandEnv, second, [diskStore, directStore]);
        repeats.repeatCount += result.runCount - result.interruptedRunCount - 1;
        const problems = await findChangedObjects(repeats, directStore, second);
        if (await diskStore.exists()) problems.push('the image folder still exists');
        return [...result.problems, ...problems];
      },
    },
    {
      name: 'remove one by one',
      run: async ({ store }, repeats) => {
        await repeats.runForEach(recordedObjects, ({ key, format }) => store.remove(key, format));
        return compareList(repeats, store, second);
      },
    },
    {
      name: 'remove together',
      run: async ({ store, directStore }, repeats) => {
        for (let start = 0; start < second.length; start += REMOVE_BATCH_SIZE) {
          const batch = second.slice(start, start + REMOVE_BATCH_SIZE);
          await repeats.runOperation(() => store.removeAll(batch));
        }
        return compareList(repeats, directStore, []);
      },
    },
  ];
}

async function putObject(store: ArtifactStore, object: TestObject) {
  const path = store.createTemporaryPath();
  await writeFile(path, object.content());
  try {
    await store.put(path, object.key, object.format);
  } catch (error) {
    await rm(path, { force: true });
    throw error;
  }
}

/** Returns a problem if the content of any object is missing or different. */
const findChangedObjects = (repeats: RepeatCounter, store: ArtifactStore, objects: TestObject[]) =>
  findWrongObjects(repeats, objects, async (object) => {
    const file = await store.read(object.key, object.format);
    return file !== undefined && (await buffer(file.content)).equals(object.content());
  });

async function findWrongObjects(
  repeats: RepeatCounter,
  objects: TestObject[],
  isCorrect: (object: TestObject) => Promise<boolean>,
): Promise<string[]> {
  const wrongKeys: string[] = [];
  await repeats.runForEach(objects, async (object) => {
    if (!(await isCorrect(object))) wrongKeys.push(object.key);
  });
  return wrongKeys.length > 0
    ? [`${wrongKeys.length} objects are wrong, e.g. ${wrongKeys[0]}`]
    : [];
}

/** Returns a problem if the list does not contain exactly these objects, each once. */
async function compareList(
  repeats: RepeatCounter,
  store: ArtifactStore,
  objects: TestObject[],
): Promise<string[]> {
  const keys = await repeats.runOperation(async () => {
    const listedKeys: string[] = [];
    for await (const page of store.list()) listedKeys.push(...page.map(({ key }) => key));
    return listedKeys;
  });
  const expected = new Set(objects.map(({ key }) => key));
  const uniqueKeys = new Set(keys);
  const missingCount = [...expected].filter((key) => !uniqueKeys.has(key)).length;
  const unexpectedCount = [...uniqueKeys].filter((key) => !expected.has(key)).length;
  const repeatedCount = keys.length - uniqueKeys.size;
  return missingCount + unexpectedCount + repeatedCount === 0
    ? []
    : [
        `the list lacks ${missingCount} objects, contains ${unexpectedCount} orphans and ${repeatedCount} repeated keys`,
      ];
}

const toReservation = ({ key, format, bytes }: TestObject) => ({
  key,
  format,
  bytes,
  width: 1,
  height: 1,
  keptOriginal: false,
  sha256: key,
});
const byKey = (a: { key: string }, b: { key: string }) => (a.key < b.key ? -1 : 1);
