import { describe, expect, it } from 'vitest';
import type { PendingTask } from './decoder-process.js';
import { FairTaskQueue } from './fair-task-queue.js';

const task = (name: string): PendingTask => ({
  task: { source: name, target: '', options: { quality: 50, format: 'original' } },
  group: name.slice(0, 1),
  resolve: () => {},
  reject: () => {},
});
const lineOf = (...names: string[]) => {
  const line = new FairTaskQueue();
  for (const name of names) line.push(task(name));
  return line;
};
const order = (line: FairTaskQueue) => {
  const names: string[] = [];
  for (let next = line.shift(); next; next = line.shift()) names.push(String(next.task.source));
  return names;
};

describe('TaskLine', () => {
  it('serves the groups in turn, each in the order of its tasks', () => {
    const names = Array.from({ length: 40 }, (_, i) => [`a${i}`, `b${i}`]).flat();
    const served = order(lineOf(...names));
    const groups = served.slice(40, 48).map((name) => name.slice(0, 1));
    expect(groups.join('')).toMatch(/^(abababab|babababa)$/);
    for (const group of ['a', 'b']) {
      const own = served.filter((name) => name.startsWith(group));
      expect(own).toEqual(names.filter((name) => name.startsWith(group)));
    }
  });

  it('lets one that comes late go ahead with its beginning, four to one of the others', () => {
    const names = Array.from({ length: 30 }, (_, i) => `a${i}`);
    const line = lineOf(...names);
    for (let i = 0; i < 17; i++) line.shift();
    for (let i = 0; i < 6; i++) line.push(task(`b${i}`));
    expect(order(line).slice(0, 8)).toEqual(['b0', 'b1', 'b2', 'b3', 'a17', 'b4', 'b5', 'a18']);
  });

  it('takes back a task before the others of its group', () => {
    const line = lineOf('a1', 'a2');
    line.requeue(line.shift()!);
    expect(line).toHaveLength(2);
    expect(order(line)).toEqual(['a1', 'a2']);
  });

  it('forgets who is taken out', () => {
    const line = lineOf('a1', 'b1', 'b2');
    expect(line.remove(({ task }) => task.source === 'b1')?.task.source).toBe('b1');
    expect(line.remove(({ task }) => task.source === 'b1')).toBeUndefined();
    expect(line.clear().map(({ task }) => task.source)).toEqual(['a1', 'b2']);
    expect(line).toHaveLength(0);
  });
});
