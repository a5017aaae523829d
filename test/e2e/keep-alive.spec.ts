import { once } from 'node:events';
import { Agent, type IncomingMessage, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startApp, type TestApp } from '../support/app.js';
import { createDatabase, type TestDatabase } from '../support/database.js';
import { createRedis } from '../support/redis.js';

/** The default of 72 s, and the 60 s of nginx and AWS ALB, at a twelfth. */
const KEEP_ALIVE_SECONDS = 6;
const PROXY_IDLE_MS = 5000;
const CONNECTIONS = 240;
const ROUNDS = 3;

describe('An idle connection of a proxy', () => {
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

  it('takes a POST when it has been idle for as long as the proxy keeps it', async () => {
    const agent = new Agent({
      keepAlive: true,
      maxSockets: CONNECTIONS,
      maxFreeSockets: CONNECTIONS,
    });
    const reused: boolean[] = [];
    const post = async () => {
      const call = request(`${app.url}/webhook`, {
        agent,
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
      });
      call.end('{}');
      const [response] = (await once(call, 'response')) as [IncomingMessage];
      response.resume();
      await once(response, 'end');
      reused.push(call.reusedSocket);
      return response.statusCode;
    };
    const postAll = () => Promise.all(Array.from({ length: CONNECTIONS }, post));

    await postAll();
    reused.length = 0;
    const statuses = [];
    for (let round = 0; round < ROUNDS; round++) {
      // The idle time is what is tested; nothing else could be waited for.
      await sleep(PROXY_IDLE_MS);
      statuses.push(...(await postAll()));
    }
    agent.destroy();
    expect(new Set(statuses)).toEqual(new Set([200]));
    expect(statuses).toHaveLength(CONNECTIONS * ROUNDS);
    expect(reused).not.toContain(false);
  });
});
