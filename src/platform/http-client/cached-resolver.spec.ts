import { describe, expect, it } from 'vitest';
import { cachedResolver } from './cached-resolver.js';

const ADDRESS = [{ address: '192.0.2.1', family: 4 }];

function counted(answer: () => Promise<typeof ADDRESS>) {
  const clock = { ms: 0 };
  const asked: string[] = [];
  const resolve = cachedResolver(
    (hostname) => {
      asked.push(hostname);
      return answer();
    },
    () => clock.ms,
  );
  return { resolve, asked, clock };
}

describe('the cached resolver', () => {
  it('asks once for many that ask at the same time', async () => {
    const { resolve, asked } = counted(() => Promise.resolve(ADDRESS));
    const answers = await Promise.all(Array.from({ length: 100 }, () => resolve('a.example')));
    expect(answers).toEqual(answers.map(() => ADDRESS));
    expect(asked).toEqual(['a.example']);
  });

  it('asks again after half a minute', async () => {
    const { resolve, asked, clock } = counted(() => Promise.resolve(ADDRESS));
    await resolve('a.example');
    clock.ms = 29_999;
    await resolve('a.example');
    expect(asked).toHaveLength(1);
    clock.ms = 30_001;
    await resolve('a.example');
    expect(asked).toHaveLength(2);
  });

  it('believes a failure for two seconds only', async () => {
    const { resolve, asked, clock } = counted(() => Promise.reject(new Error('ENOTFOUND')));
    for (let i = 0; i < 50; i++) await expect(resolve('dead.example')).rejects.toThrow('ENOTFOUND');
    expect(asked).toHaveLength(1);
    clock.ms = 2001;
    await expect(resolve('dead.example')).rejects.toThrow('ENOTFOUND');
    expect(asked).toHaveLength(2);
  });
});
