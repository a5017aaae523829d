import { PassThrough } from 'node:stream';
import { beforeEach, describe, expect, it } from 'vitest';
import type { CompressOutputsTask } from './decoder-messages.js';
import { readTasks, writeTask } from './task-pipe.js';

const OPTIONS = { quality: 50, format: 'original' } as const;
let sentBytes: PassThrough;
let receivedTasks: CompressOutputsTask[];
beforeEach(() => {
  sentBytes = new PassThrough();
  receivedTasks = [];
});

const createTask = (
  source: CompressOutputsTask['source'],
  target = 'target',
): CompressOutputsTask => ({
  source,
  outputs: [{ target, options: OPTIONS }],
});
const toComparable = ({ source, ...rest }: CompressOutputsTask) => ({
  ...rest,
  source: typeof source === 'string' ? source : Buffer.concat(source).toString(),
});

describe('The task pipe', () => {
  it.each([1, 3, 1000])(
    'The task pipe delivers tasks in order if they arrive in %i-byte chunks',
    (chunkBytes) => {
      const pipe = new PassThrough();
      readTasks(pipe, (nextTask) => receivedTasks.push(nextTask));
      const tasks = [
        createTask('a file', 'ü\n'),
        createTask([Buffer.from('\n\n'), Buffer.from('bytes')]),
        createTask([]),
        createTask('another', '2'),
        createTask([Buffer.from('end')]),
      ];
      for (const nextTask of tasks) writeTask(sentBytes, nextTask);
      const bytes = sentBytes.read() as Buffer;
      for (let offset = 0; offset < bytes.length; offset += chunkBytes)
        pipe.emit('data', bytes.subarray(offset, offset + chunkBytes));
      expect(receivedTasks.map(toComparable)).toEqual(tasks.map(toComparable));
    },
  );

  it('The task pipe delivers a task only after its last byte', () => {
    const pipe = new PassThrough();
    readTasks(pipe, (nextTask) => receivedTasks.push(nextTask));
    writeTask(sentBytes, createTask([Buffer.from('image')]));
    const bytes = sentBytes.read() as Buffer;
    pipe.emit('data', bytes.subarray(0, -1));
    expect(receivedTasks).toEqual([]);
    pipe.emit('data', bytes.subarray(-1));
    expect(receivedTasks).toHaveLength(1);
  });
});
