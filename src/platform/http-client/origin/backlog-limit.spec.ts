import { describe, expect, it } from 'vitest';
import { BacklogLimit } from './backlog-limit.js';

describe('BacklogLimit', () => {
  it('BacklogLimit allows as many waiting downloads as the host completed in the last window, but at least two', () => {
    let now = 0;
    const backlog = new BacklogLimit(1000, () => now);
    backlog.recordStart();
    now = 999;
    expect(backlog.maxWaitingDownloads).toBe(Infinity);
    for (let i = 0; i < 50; i += 1) backlog.recordEnd();
    now = 1000;
    expect(backlog.maxWaitingDownloads).toBe(50);
    backlog.recordEnd();
    expect(backlog.maxWaitingDownloads).toBe(51);
    now = 2000;
    expect(backlog.maxWaitingDownloads).toBe(2);
    now = 9000;
    expect(backlog.maxWaitingDownloads).toBe(2);
    backlog.reset();
    expect(backlog.maxWaitingDownloads).toBe(Infinity);
  });
});
