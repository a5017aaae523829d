import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import express, { type Request, type Response } from 'express';
import { expect, it } from 'vitest';
import { createLogger } from '../logging/logger.js';
import { httpLog } from './http-log.middleware.js';

it('The log line of a failed call omits error fields that a library adds', async () => {
  const logStream = new PassThrough();
  const app = express();
  app.use(...httpLog(createLogger('info', 'json', [], logStream)));
  app.get('/', (_request: Request, response: Response) => {
    // pino-http reads this field.
    Object.assign(response, {
      err: Object.assign(new Error('broken'), { config: { data: 'attached-secret' } }),
    });
    response.status(500).end();
  });
  const server = app.listen(0);
  try {
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    await (await fetch(`http://127.0.0.1:${port}/`)).text();
  } finally {
    server.close();
    await once(server, 'close');
  }
  logStream.end();
  const line = await text(logStream);
  expect(line).toContain('"message":"broken"');
  expect(line).not.toContain('attached-secret');
});
