import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  sendEndlessBody,
  neverRespond,
  redirectTo,
  sendStatus,
} from '../../../test/support/origin-behaviors.js';
import { OriginServer } from '../../../test/support/origin-server.js';
import { createPoster } from '../../../test/support/outbound.js';

let receiver: OriginServer;
beforeEach(async () => {
  receiver = await OriginServer.start();
});
afterEach(() => receiver.close());

const post = (path: string, timeoutMs = 2000) =>
  createPoster({ allow: receiver.allow }).post(
    receiver.url(path),
    '{"smile":"☺"}',
    { 'content-type': 'application/json' },
    { timeoutMs },
  );

describe('Poster.post()', () => {
  it('Poster.post() sends the body unchanged and returns the status', async () => {
    let receivedBody = '';
    receiver.on('/hook', (request, response) => {
      request.setEncoding('utf8');
      request.on('data', (chunk: string) => (receivedBody += chunk));
      request.on('end', () => response.writeHead(202).end());
    });
    await expect(post('/hook')).resolves.toEqual({ status: 202, retryAfterMs: undefined });
    expect(receivedBody).toBe('{"smile":"☺"}');
    expect(receiver.requests[0].headers).toMatchObject({
      'content-type': 'application/json',
      'content-length': '15',
    });
  });

  it('Poster.post() does not follow a redirect', async () => {
    receiver.on('/hook', redirectTo('/elsewhere'));
    await expect(post('/hook')).resolves.toMatchObject({ status: 302 });
    expect(receiver.countRequests('/elsewhere')).toBe(0);
  });

  it('Poster.post() returns Retry-After in milliseconds', async () => {
    receiver.on('/hook', sendStatus(429, { 'retry-after': '3' }));
    await expect(post('/hook')).resolves.toEqual({ status: 429, retryAfterMs: 3000 });
  });

  it('Poster.post() reads only a limited part of an endless response', async () => {
    receiver.on('/hook', sendEndlessBody());
    await expect(post('/hook')).resolves.toMatchObject({ status: 200 });
  });

  it('Poster.post() fails if the receiver does not respond within the timeout', async () => {
    receiver.on('/hook', neverRespond());
    await expect(post('/hook', 100)).rejects.toMatchObject({
      code: 'answer_timed_out',
      retry: 'later',
    });
  });
});
