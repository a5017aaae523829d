import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findFreePort } from '../support/free-port.js';
import { hasNginx, Nginx } from '../support/nginx.js';

const CALL_COUNT = 6;

describe.runIf(hasNginx)('deploy/nginx/pressroom.conf (if nginx is installed)', () => {
  let ports: number[];
  let nginx: Nginx;
  const apps: Server[] = [];
  /** Number of calls that each app received, by port. */
  const callCounts = new Map<number, number>();

  beforeEach(async () => {
    ports = [await findFreePort(), await findFreePort()];
    callCounts.clear();
  });
  afterEach(async () => {
    await nginx.stop();
    await Promise.all(apps.splice(0).map(stopApp));
  });

  /** Starts an app that closes the connection of each call for `/drop`. */
  const startApp = async (port: number) => {
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
  const stopApp = async (app: Server) => {
    if (!app.listening) return;
    const closeEvent = once(app, 'close');
    app.close();
    app.closeAllConnections();
    await closeEvent;
  };
  const fetchStatuses = async (init?: RequestInit) => {
    const statuses: number[] = [];
    for (let call = 0; call < CALL_COUNT; call++) {
      const response = await fetch(nginx.url, init);
      await response.arrayBuffer();
      statuses.push(response.status);
    }
    return statuses;
  };
  const allSuccessful = Array.from({ length: CALL_COUNT }, () => 200);

  it.each([
    ['GET', undefined],
    ['POST', { method: 'POST', body: 'a,b\n' }],
  ])(
    'deploy/nginx/pressroom.conf completes every %s when an app stops right after another app starts',
    async (_, init) => {
      const first = await startApp(ports[0]);
      nginx = await Nginx.startFor(ports);
      expect(await fetchStatuses(init)).toEqual(allSuccessful);
      await startApp(ports[1]);
      await stopApp(first);
      expect(await fetchStatuses(init)).toEqual(allSuccessful);
      expect(callCounts.get(ports[1])).toBe(CALL_COUNT);
    },
  );

  it('deploy/nginx/pressroom.conf never repeats a POST that an app has received', async () => {
    await Promise.all(ports.map(startApp));
    nginx = await Nginx.startFor(ports);
    callCounts.clear();
    const response = await fetch(`${nginx.url}/drop`, { method: 'POST' });
    expect(response.status).toBe(502);
    expect([...callCounts.values()]).toEqual([1]);
  });
});
