import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { expect, it } from 'vitest';
import { createLogger } from '../logging/logger.js';
import { RejectedCalls } from './rejected-calls.js';

it('RejectedCalls logs the first rejected call and counts the others', async () => {
  const out = new PassThrough();
  const due: (() => void)[] = [];
  const rejected = new RejectedCalls(createLogger('info', 'json', [], out), (work) => {
    due.push(work);
  });
  const endInterval = () => due.shift()!();

  expect([1, 2, 3].map(() => rejected.isFirst())).toEqual([true, false, false]);
  endInterval();
  expect(rejected.isFirst()).toBe(false);
  endInterval();
  // An interval without calls ends the flood.
  endInterval();
  expect(due).toEqual([]);
  expect(rejected.isFirst()).toBe(true);

  out.end();
  const lines = (await text(out)).trimEnd().split('\n');
  expect(lines.map((line) => JSON.parse(line) as object)).toEqual([
    expect.objectContaining({ calls: 2, seconds: 10 }),
    expect.objectContaining({ calls: 1, seconds: 10 }),
  ]);
});
