import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { freePort } from '../support/free-port.js';
import { hasNginx, Nginx } from '../support/nginx.js';

const CALLS = 6;

describe.runIf(hasNginx)('deploy/nginx/pressroom.conf (if nginx is installed)', () => {
  let ports: number[];
  let nginx: Nginx;
  const apps: Server[] = [];
  /** Number of calls that each app received, by port. */
  const callCounts = new Map<number, number>();

  beforeEach(async () => {
    ports = [await freePort(), await freePort()];
    callCounts.clear();
  });
  afterEach(async () => {
    await nginx.stop();
    await Promise.all(apps.splice(0).map(stop));
  });

  /** Starts an app that closes the connection of each call for `/drop`. */
  const start = async (port: number) => {
    const app = createServer((request, response) => {
      callCounts.set(port, (callCounts.get(port) ?? 0) + 1);
      request.resume();
      request.on('end', () =>
        request.url === '/drop' ? request.socket.destroy() : response.end('ok'),
      );
    });
    app.listen(port, '127.0.0.1');
    await once(app, 'listening');
    apps.push(app);
    return app;
  };
  const stop = async (app: Server) => {
    if (!app.listening) return;
    const closed = once(app, 'close');
    app.close();
    app.closeAllConnections();
    await closed;
  };
  const fetchStatuses = async (init?: RequestInit) => {
    const statuses: number[] = [];
    for (let call = 0; call < CALLS; call++) {
      const response = await fetch(nginx.url, init);
      await response.arrayBuffer();
      statuses.push(response.status);
    }
    return statuses;
  };
  const allSuccessful = Array.from({ length: CALLS }, () => 200);

  it.each([
    ['GET', undefined],
    ['POST', { method: 'POST', body: 'a,b\n' }],
  ])(
    'deploy/nginx/pressroom.conf completes every %s when an app stops right after another app starts',
    async (_, init) => {
      const first = await start(ports[0]);
      nginx = await Nginx.startBefore(ports);
      expect(await fetchStatuses(init)).toEqual(allSuccessful);
      await start(ports[1]);
      await stop(first);
      expect(await fetchStatuses(init)).toEqual(allSuccessful);
      expect(callCounts.get(ports[1])).toBe(CALLS);
    },
  );

  it('deploy/nginx/pressroom.conf never repeats a POST that an app has received', async () => {
    await Promise.all(ports.map(start));
    nginx = await Nginx.startBefore(ports);
    callCounts.clear();
    const response = await fetch(`${nginx.url}/drop`, { method: 'POST' });
    expect(response.status).toBe(502);
    expect([...callCounts.values()]).toEqual([1]);
  });
});
