import { once } from 'node:events';
import { Agent, type IncomingMessage, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startApp, type TestApp } from '../support/app.js';
import { createDatabase, type TestDatabase } from '../support/database.js';
import { createRedis } from '../support/redis.js';

/** Longer than the 5 s after which Node.js closes idle connections by default. */
const PROXY_IDLE_MS = 6000;
/** Exceeds PROXY_IDLE_MS, as the default of 72 s exceeds the 60 s of nginx and AWS ALB. */
const KEEP_ALIVE_SECONDS = 12;
const CONNECTION_COUNT = 720;

describe('An idle proxy connection', () => {
  let database: TestDatabase;
  let app: TestApp;

  beforeAll(async () => {
    database = await createDatabase();
    app = await startApp({
      databaseUrl: database.url,
      redisUrl: (await createRedis()).url,
      env: { KEEP_ALIVE_SECONDS: String(KEEP_ALIVE_SECONDS), RATE_LIMIT_PER_MINUTE: '0' },
    });
  });
  afterAll(async () => {
    await app?.stop();
    await database?.drop();
  });

  /** Sends a POST over the connection of `agent`. */
  const post = async (agent: Agent) => {
    const clientRequest = request(`${app.url}/webhook`, {
      agent,
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
    });
    clientRequest.end('{}');
    const [response] = (await once(clientRequest, 'response')) as [IncomingMessage];
    response.resume();
    await once(response, 'end');
    return {
      status: response.statusCode,
      isReused: clientRequest.reusedSocket,
      keepAlive: response.headers['keep-alive'],
    };
  };

  it('An idle proxy connection accepts a POST as long as the proxy keeps it open', async () => {
    const postTwice = async () => {
      const agent = new Agent({ keepAlive: true, maxSockets: 1 });
      await post(agent);
      // The connection must be idle for this time, so the test cannot wait for a condition instead.
      await sleep(PROXY_IDLE_MS);
      const secondResponse = await post(agent);
      agent.destroy();
      return secondResponse;
    };
    const secondResponses = await Promise.all(Array.from({ length: CONNECTION_COUNT }, postTwice));
    expect(secondResponses).toEqual(
      Array.from({ length: CONNECTION_COUNT }, () => ({
        status: 200,
        isReused: true,
        keepAlive: `timeout=${KEEP_ALIVE_SECONDS}`,
      })),
    );
  });
});
