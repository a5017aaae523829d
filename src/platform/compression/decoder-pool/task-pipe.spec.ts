import { PassThrough } from 'node:stream';
import { beforeEach, describe, expect, it } from 'vitest';
import type { CompressTask } from './decoder-messages.js';
import { readTasks, writeTask } from './task-pipe.js';

const OPTIONS = { quality: 50, format: 'original' } as const;
let sent: PassThrough;
let received: CompressTask[];
beforeEach(() => {
  sent = new PassThrough();
  received = [];
});

const task = (source: CompressTask['source'], target = 'target'): CompressTask => ({
  source,
  target,
  options: OPTIONS,
});
const told = ({ source, ...rest }: CompressTask) => ({
  ...rest,
  source: typeof source === 'string' ? source : Buffer.concat(source).toString(),
});

describe('a pipe of tasks', () => {
  it.each([1, 3, 1000])('hands them over in order, whatever pieces come (%i bytes)', (size) => {
    const pipe = new PassThrough();
    readTasks(pipe, (next) => received.push(next));
    const tasks = [
      task('a file', 'ü\n'),
      task([Buffer.from('\n\n'), Buffer.from('bytes')]),
      task([]),
      task('another', '2'),
      task([Buffer.from('end')]),
    ];
    for (const next of tasks) writeTask(sent, next);
    const bytes = sent.read() as Buffer;
    for (let at = 0; at < bytes.length; at += size)
      pipe.emit('data', bytes.subarray(at, at + size));
    expect(received.map(told)).toEqual(tasks.map(told));
  });

  it('holds a task back until its last byte is there', () => {
    const pipe = new PassThrough();
    readTasks(pipe, (next) => received.push(next));
    writeTask(sent, task([Buffer.from('picture')]));
    const bytes = sent.read() as Buffer;
    pipe.emit('data', bytes.subarray(0, -1));
    expect(received).toEqual([]);
    pipe.emit('data', bytes.subarray(-1));
    expect(received).toHaveLength(1);
  });
});
