import { rm, writeFile } from 'node:fs/promises';
import { buffer } from 'node:stream/consumers';
import { OrphanFiles } from '../../../src/modules/requests/orphan-files.js';
import { ArtifactsRepository } from '../../../src/platform/database/repositories/artifacts.js';
import type { ArtifactStore } from '../../../src/platform/storage/artifact-store.js';
import { withShiftedClock } from './shifted-clock.js';
import type { StorageBench } from './storage-bench.js';
import { migrateUntilDone } from './storage-migration.js';
import { RepeatCounter, type TestObject } from './storage-objects.js';

/** One operation of the storage with all objects. Returns the promises that it broke. */
export interface StorageStep {
  name: string;
  run(bench: StorageBench, repeats: RepeatCounter): Promise<string[]>;
}

/** Age from which a file without a record is an orphan is one hour. */
const ORPHAN_HOURS = 2;
const RANGE = { start: 50, end: 149 };
const REMOVE_AT_ONCE = 500;

/** Returns the steps in their order. Each one depends on the objects that the ones before left. */
export function storageSteps(first: TestObject[], second: TestObject[]): StorageStep[] {
  const known = first.filter((_, at) => at % 2 === 0);
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
        findWrong(repeats, first, async ({ key, format, bytes }) => {
          const found = await store.find(key, format);
          return found?.bytes === bytes;
        }),
    },
    { name: 'get', run: ({ store }, repeats) => findChanged(repeats, store, first) },
    {
      name: 'get a range',
      run: ({ store }, repeats) =>
        findWrong(repeats, first, async (object) => {
          const found = await store.read(object.key, object.format, RANGE);
          if (found?.bytes !== object.bytes) return false;
          const expected = object.content().subarray(RANGE.start, RANGE.end + 1);
          return (await buffer(found.content)).equals(expected);
        }),
    },
    { name: 'list', run: ({ store }, repeats) => compareList(repeats, store, first) },
    {
      name: 'orphan cleanup',
      run: async ({ store, direct, dataSource }, repeats) => {
        const artifacts = new ArtifactsRepository(dataSource);
        await artifacts.reserve(known.map(toReservation).toSorted(byKey));
        const orphans = new OrphanFiles(artifacts, store);
        const { signal } = new AbortController();
        const uploads = await withShiftedClock(ORPHAN_HOURS, async () => {
          await repeats.runOperation(() => orphans.removeOrphans(signal));
          return direct.removeLeftovers();
        });
        const problems = uploads > 0 ? [`${uploads} unfinished uploads are left`] : [];
        problems.push(...(await compareList(repeats, direct, known)));
        return [...problems, ...(await findChanged(repeats, direct, known))];
      },
    },
    {
      name: 'storage:migrate',
      run: async (bench, repeats) => {
        const { disk, direct } = bench;
        await repeats.runForEach(second, (object) => putObject(disk, object));
        const result = await migrateUntilDone(bench.commandEnv, second, [disk, direct]);
        repeats.repeated += result.runs - result.interrupted - 1;
        const problems = await findChanged(repeats, direct, second);
        if (await disk.exists()) problems.push('the folder of the images still exists');
        return [...result.problems, ...problems];
      },
    },
    {
      name: 'remove one by one',
      run: async ({ store }, repeats) => {
        await repeats.runForEach(known, ({ key, format }) => store.remove(key, format));
        return compareList(repeats, store, second);
      },
    },
    {
      name: 'remove together',
      run: async ({ store, direct }, repeats) => {
        for (let from = 0; from < second.length; from += REMOVE_AT_ONCE) {
          const batch = second.slice(from, from + REMOVE_AT_ONCE);
          await repeats.runOperation(() => store.removeAll(batch));
        }
        return compareList(repeats, direct, []);
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

/** Returns a problem if the content of any object differs, or is missing. */
const findChanged = (repeats: RepeatCounter, store: ArtifactStore, objects: TestObject[]) =>
  findWrong(repeats, objects, async (object) => {
    const found = await store.read(object.key, object.format);
    return found !== undefined && (await buffer(found.content)).equals(object.content());
  });

async function findWrong(
  repeats: RepeatCounter,
  objects: TestObject[],
  isRight: (object: TestObject) => Promise<boolean>,
): Promise<string[]> {
  const wrong: string[] = [];
  await repeats.runForEach(objects, async (object) => {
    if (!(await isRight(object))) wrong.push(object.key);
  });
  return wrong.length > 0 ? [`${wrong.length} objects are wrong, e.g. ${wrong[0]}`] : [];
}

/** Returns a problem if the list has other objects, or any twice. */
async function compareList(
  repeats: RepeatCounter,
  store: ArtifactStore,
  objects: TestObject[],
): Promise<string[]> {
  const keys = await repeats.runOperation(async () => {
    const listed: string[] = [];
    for await (const page of store.list()) listed.push(...page.map(({ key }) => key));
    return listed;
  });
  const expected = new Set(objects.map(({ key }) => key));
  const found = new Set(keys);
  const missing = [...expected].filter((key) => !found.has(key)).length;
  const unexpected = [...found].filter((key) => !expected.has(key)).length;
  const twice = keys.length - found.size;
  return missing + unexpected + twice === 0
    ? []
    : [`the list misses ${missing} objects, has ${unexpected} orphans, and ${twice} twice`];
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
