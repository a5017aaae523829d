import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { expect, it } from 'vitest';
import { createLogger } from '../logging/logger.js';
import { RejectedCallLog } from './rejected-call-log.js';

it('RejectedCallLog logs the first rejected call and counts the following ones', async () => {
  const logStream = new PassThrough();
  const scheduledWork: (() => void)[] = [];
  const callLog = new RejectedCallLog(createLogger('info', 'json', [], logStream), (work) => {
    scheduledWork.push(work);
  });
  const endInterval = () => scheduledWork.shift()!();

  expect([1, 2, 3].map(() => callLog.recordCall())).toEqual([true, false, false]);
  endInterval();
  expect(callLog.recordCall()).toBe(false);
  endInterval();
  // An interval without calls ends the flood.
  endInterval();
  expect(scheduledWork).toEqual([]);
  expect(callLog.recordCall()).toBe(true);

  logStream.end();
  const lines = (await text(logStream)).trimEnd().split('\n');
  expect(lines.map((line) => JSON.parse(line) as object)).toEqual([
    expect.objectContaining({ calls: 2, seconds: 10 }),
    expect.objectContaining({ calls: 1, seconds: 10 }),
  ]);
});
