import { describe, expect, it } from 'vitest';
import { AddressCache } from './address-cache.js';

const ADDRESS = [{ address: '192.0.2.1', family: 4 }];

function counted(answer: () => Promise<typeof ADDRESS>) {
  const clock = { ms: 0 };
  const lookUps: string[] = [];
  const cache = new AddressCache(
    (hostname) => {
      lookUps.push(hostname);
      return answer();
    },
    () => clock.ms,
  );
  return { cache, lookUps, clock };
}

describe('AddressCache', () => {
  it('AddressCache looks up a name once for many downloads at the same time', async () => {
    const { cache, lookUps } = counted(() => Promise.resolve(ADDRESS));
    const answers = await Promise.all(Array.from({ length: 100 }, () => cache.lookUp('a.example')));
    expect(answers).toEqual(answers.map(() => ADDRESS));
    expect(lookUps).toEqual(['a.example']);
  });

  it('AddressCache looks up a name again after 30 s', async () => {
    const { cache, lookUps, clock } = counted(() => Promise.resolve(ADDRESS));
    await cache.lookUp('a.example');
    clock.ms = 29_999;
    await cache.lookUp('a.example');
    expect(lookUps).toHaveLength(1);
    clock.ms = 30_001;
    await cache.lookUp('a.example');
    expect(lookUps).toHaveLength(2);
  });

  it('AddressCache keeps a failure for 2 s only', async () => {
    const { cache, lookUps, clock } = counted(() => Promise.reject(new Error('ENOTFOUND')));
    for (let i = 0; i < 50; i++) {
      await expect(cache.lookUp('dead.example')).rejects.toThrow('ENOTFOUND');
    }
    expect(lookUps).toHaveLength(1);
    clock.ms = 2001;
    await expect(cache.lookUp('dead.example')).rejects.toThrow('ENOTFOUND');
    expect(lookUps).toHaveLength(2);
  });
});
