import { describe, expect, it } from 'vitest';
import { toConnectionError } from '../connection/connection-error.js';
import { HttpStatusError } from '../response/http-status-error.js';
import { OriginRegistry } from './origin-registry.js';

const rejectWith429 = () => Promise.reject(new HttpStatusError('limited.example', 429, '60'));

describe('OriginRegistry', () => {
  it('OriginRegistry returns one origin for each host and port', () => {
    const registry = new OriginRegistry();
    const origin = registry.getOrCreateOrigin('shop.example');
    expect(registry.getOrCreateOrigin('shop.example')).toBe(origin);
    expect(registry.getOrCreateOrigin('shop.example:8443')).not.toBe(origin);
  });

  it('OriginRegistry remembers 10,000 hosts and evicts the least recently used one', () => {
    const registry = new OriginRegistry();
    const firstOrigin = registry.getOrCreateOrigin('0.example');
    const secondOrigin = registry.getOrCreateOrigin('1.example');
    for (let i = 2; i < 10_000; i += 1) registry.getOrCreateOrigin(`${i}.example`);
    registry.getOrCreateOrigin('0.example');
    registry.getOrCreateOrigin('one-more.example');
    expect(registry.size).toBe(10_000);
    expect(registry.getOrCreateOrigin('0.example')).toBe(firstOrigin);
    expect(registry.getOrCreateOrigin('1.example')).not.toBe(secondOrigin);
  });

  it('OriginRegistry keeps a host with a running download, so its limits stay in force', async () => {
    const registry = new OriginRegistry({ maxOrigins: 2 });
    let finishDownload = () => {};
    const busyOrigin = registry.getOrCreateOrigin('busy.example');
    const download = busyOrigin.runDownload(
      'https://busy.example/1.jpg',
      undefined,
      () => new Promise<void>((resolve) => (finishDownload = resolve)),
    );
    await new Promise((resolve) => setImmediate(resolve));
    for (let i = 0; i < 10; i += 1) registry.getOrCreateOrigin(`${i}.example`);
    expect(registry.getOrCreateOrigin('busy.example')).toBe(busyOrigin);
    expect(registry.size).toBe(2);
    finishDownload();
    await download;
    for (let i = 0; i < 2; i += 1) registry.getOrCreateOrigin(`${i}.example`);
    expect(registry.getOrCreateOrigin('busy.example')).not.toBe(busyOrigin);
  });

  it('OriginRegistry lists only hosts with downloads or limits, busiest first', async () => {
    const registry = new OriginRegistry({ now: () => 1_000_000 });
    registry.getOrCreateOrigin('idle.example');
    const limitedOrigin = registry.getOrCreateOrigin('limited.example');
    await limitedOrigin
      .runDownload('https://limited.example/1', undefined, rejectWith429)
      .catch(() => {});
    let finishDownload = () => {};
    const download = registry
      .getOrCreateOrigin('busy.example')
      .runDownload(
        'https://busy.example/1',
        undefined,
        () => new Promise<void>((resolve) => (finishDownload = resolve)),
      );
    await new Promise((resolve) => setImmediate(resolve));
    expect(registry.listBusyOrigins(10)).toEqual([
      {
        host: 'busy.example',
        running: 1,
        waiting: 0,
        concurrency: 8,
        requestsPerMinute: undefined,
        breaker: { name: 'closed' },
        pausedUntil: undefined,
      },
      expect.objectContaining({ host: 'limited.example', running: 0, pausedUntil: 1_060_000 }),
    ]);
    expect(registry.listBusyOrigins(1)).toHaveLength(1);
    finishDownload();
    await download;
  });

  it('OriginRegistry counts and lists the hosts that limit requests', async () => {
    const registry = new OriginRegistry();
    const limitedOrigin = registry.getOrCreateOrigin('limited.example');
    await limitedOrigin
      .runDownload('https://limited.example/1', undefined, rejectWith429)
      .catch(() => {});
    const download = () => Promise.resolve('image');
    await expect(
      registry
        .getOrCreateOrigin('other.example')
        .runDownload('https://other.example/1', undefined, download),
    ).resolves.toBe('image');
    expect(registry.countOrigins()).toEqual({
      known: 2,
      limited: 1,
      paused: 1,
      unavailable: 0,
    });
    expect(registry.listBusyOrigins(10)).toEqual([
      expect.objectContaining({ host: 'limited.example', requestsPerMinute: expect.any(Number) }),
    ]);
    await expect(
      limitedOrigin.runDownload('https://limited.example/2', undefined, download),
    ).rejects.toMatchObject({ code: 'host_rate_limited' });
  });

  it('OriginRegistry opens only the circuit breaker of the host that is down', async () => {
    const registry = new OriginRegistry();
    const failToConnect = () =>
      Promise.reject(
        toConnectionError(Object.assign(new Error(), { code: 'ECONNREFUSED' }), 'down'),
      );
    const runDownload = (host: string, work: () => Promise<string>) =>
      registry.getOrCreateOrigin(host).runDownload(`https://${host}/1`, undefined, work);
    for (let i = 0; i < 5; i += 1) await runDownload('down.example', failToConnect).catch(() => {});
    const succeed = () => Promise.resolve('image');
    await expect(runDownload('down.example', succeed)).rejects.toMatchObject({
      code: 'connection_refused',
    });
    await expect(runDownload('up.example', succeed)).resolves.toBe('image');
    expect(registry.countOrigins()).toEqual({
      known: 2,
      limited: 0,
      paused: 0,
      unavailable: 1,
    });
  });

  it('OriginRegistry does not report a host as unavailable after a long time without calls', async () => {
    let now = 1_000_000;
    const registry = new OriginRegistry({ now: () => now });
    const failToConnect = () =>
      Promise.reject(
        toConnectionError(Object.assign(new Error(), { code: 'ECONNREFUSED' }), 'down'),
      );
    const downOrigin = registry.getOrCreateOrigin('down.example');
    for (let i = 0; i < 5; i += 1) {
      await downOrigin
        .runDownload('https://down.example/1', undefined, failToConnect)
        .catch(() => {});
    }
    now += 60_000;
    expect(registry.countOrigins().unavailable).toBe(1);
    expect(registry.listBusyOrigins(10)).toHaveLength(1);
    now += 600_000;
    expect(registry.countOrigins().unavailable).toBe(0);
    expect(registry.listBusyOrigins(10)).toEqual([]);
  });

  it('OriginRegistry looks up a host name only once per origin', async () => {
    const names: string[] = [];
    const registry = new OriginRegistry({
      resolve: (name) => {
        names.push(name);
        return Promise.resolve([{ address: '192.0.2.1', family: 4 }]);
      },
    });
    for (let i = 0; i < 3; i += 1) await registry.lookUp('a.example', 'a.example:8080');
    expect(names).toEqual(['a.example']);
    expect(registry.size).toBe(1);
  });
});
