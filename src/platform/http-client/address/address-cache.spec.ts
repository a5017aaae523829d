import { describe, expect, it } from 'vitest';
import { AddressCache } from './address-cache.js';

const ADDRESS = [{ address: '192.0.2.1', family: 4 }];

function createCache(resolve: () => Promise<typeof ADDRESS>) {
  const clock = { ms: 0 };
  const lookedUpNames: string[] = [];
  const cache = new AddressCache(
    (hostname) => {
      lookedUpNames.push(hostname);
      return resolve();
    },
    () => clock.ms,
  );
  return { cache, lookedUpNames, clock };
}

describe('AddressCache', () => {
  it('AddressCache looks up a name once for many simultaneous downloads', async () => {
    const { cache, lookedUpNames } = createCache(() => Promise.resolve(ADDRESS));
    const results = await Promise.all(Array.from({ length: 100 }, () => cache.lookUp('a.example')));
    expect(results).toEqual(results.map(() => ADDRESS));
    expect(lookedUpNames).toEqual(['a.example']);
  });

  it('AddressCache looks up a name again after 30 s', async () => {
    const { cache, lookedUpNames, clock } = createCache(() => Promise.resolve(ADDRESS));
    await cache.lookUp('a.example');
    clock.ms = 29_999;
    await cache.lookUp('a.example');
    expect(lookedUpNames).toHaveLength(1);
    clock.ms = 30_001;
    await cache.lookUp('a.example');
    expect(lookedUpNames).toHaveLength(2);
  });

  it('AddressCache caches a failure for only 2 s', async () => {
    const { cache, lookedUpNames, clock } = createCache(() =>
      Promise.reject(new Error('ENOTFOUND')),
    );
    for (let i = 0; i < 50; i++) {
      await expect(cache.lookUp('dead.example')).rejects.toThrow('ENOTFOUND');
    }
    expect(lookedUpNames).toHaveLength(1);
    clock.ms = 2001;
    await expect(cache.lookUp('dead.example')).rejects.toThrow('ENOTFOUND');
    expect(lookedUpNames).toHaveLength(2);
  });
});
