import { type IncomingMessage, request as httpRequest } from 'node:http';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { Scenario } from '../support/scenario.js';

const CALLS_PER_MINUTE = 30;

/** The app listens on all addresses without API keys, as in a container. */
const scenario = Scenario.forThisFile({
  env: {
    HOST: '0.0.0.0',
    ALLOWED_HOSTS: 'app',
    PUBLIC_URL: 'https://images.example.com',
    RATE_LIMIT_PER_MINUTE: String(CALLS_PER_MINUTE),
  },
});

async function fetchStatusAndCode(path: string, host: string, method = 'GET') {
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    httpRequest(scenario.app.url + path, { method, headers: { host } }, resolve)
      .on('error', reject)
      .end();
  });
  const body = await text(response);
  const isProblem = response.headers['content-type'] === 'application/problem+json; charset=utf-8';
  const code = isProblem ? (JSON.parse(body) as { code: string }).code : undefined;
  return [response.statusCode, code];
}

describe('An app that listens on all addresses without API keys', () => {
  it.each(['localhost:3000', '127.0.0.1:3000', '10.0.3.7:3000', 'app:3000', 'images.example.com'])(
    'An app that listens on all addresses without API keys accepts a call to %s',
    async (host) => {
      expect(await fetchStatusAndCode('/requests', host)).toEqual([200, undefined]);
    },
  );

  it.each(['rebound.example:3000', 'app.rebound.example'])(
    'An app that listens on all addresses without API keys rejects a call to %s, which may be a DNS rebinding attack',
    async (host) => {
      expect(await fetchStatusAndCode('/requests', host)).toEqual([403, 'host_not_allowed']);
      expect(await fetchStatusAndCode('/upload', host, 'POST')).toEqual([403, 'host_not_allowed']);
    },
  );

  it.each(['/health/live', '/health/ready'])(
    'An app that listens on all addresses without API keys accepts a probe of %s with any Host header',
    async (path) => {
      expect(await fetchStatusAndCode(path, 'pressroom-7f9c-pod.cluster.local:3000')).toEqual([
        200,
        undefined,
      ]);
    },
  );

  it('An app that listens on all addresses without API keys limits rejected calls separately from accepted ones', async () => {
    const statuses: unknown[] = [];
    for (let i = 0; i <= CALLS_PER_MINUTE; i += 1)
      statuses.push((await fetchStatusAndCode('/requests', 'x.example'))[0]);
    expect(statuses.at(-1)).toBe(429);
    expect(await fetchStatusAndCode('/requests', 'localhost')).toEqual([200, undefined]);
  });
});
