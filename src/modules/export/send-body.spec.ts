import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import type { Response } from 'express';
import { afterEach, describe, expect, it } from 'vitest';
import { sendBody } from './send-body.js';

/** Number of `close` listeners that the middleware and the controller add to each response. */
const EXISTING_LISTENER_COUNT = 4;

describe('sendBody()', () => {
  const warnings: string[] = [];
  const collectWarning = ({ name }: Error) => void warnings.push(name);
  afterEach(() => process.off('warning', collectWarning));

  it('sendBody() causes no MaxListenersExceededWarning', async () => {
    process.on('warning', collectWarning);
    const downloadLimits = { minBytesPerSecond: 1, windowMs: 1000, timeoutMs: 1000 };
    const server = createServer((_, response) => {
      for (let i = 0; i < EXISTING_LISTENER_COUNT; i++) response.on('close', () => undefined);
      const options = { signal: new AbortController().signal, downloadLimits };
      void sendBody(Readable.from(['body']), response as Response, options);
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const response = await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    expect(await response.text()).toBe('body');
    server.close();
    await setImmediate();
    expect(warnings).toEqual([]);
  });
});
