import { beforeEach, describe, expect, it } from 'vitest';
import { AppError } from '../errors/app-error.js';
import { HostBreaker } from './host-breaker.js';
import { OUTBOUND_ERRORS } from './error-table.js';

const refused = () => new AppError(OUTBOUND_ERRORS.connection_refused, { message: 'a refused.' });
const notFound = () => new AppError(OUTBOUND_ERRORS.http_NNN.withPart(404));

let now: number;
let breaker: HostBreaker;
/** Downloads that were really tried. */
let tried: number;

const download = (fail?: () => Error, host = 'a') =>
  breaker.run(host, () => {
    tried += 1;
    return fail ? Promise.reject(fail()) : Promise.resolve('ok');
  });
const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => 'ok',
    (error: AppError) => error.code,
  );
async function failTimes(times: number) {
  for (let i = 0; i < times; i += 1) await codeOf(download(refused));
}

beforeEach(() => {
  now = 0;
  tried = 0;
  breaker = new HostBreaker(() => now);
});

describe('HostBreaker', () => {
  it('tries no more after five that got no answer, and says what they failed of', async () => {
    await failTimes(5);
    const error = await download().catch((error: AppError) => error);
    expect(error).toMatchObject({
      code: 'connection_refused',
      message: 'a refused.',
      retry: 'later',
    });
    expect(tried).toBe(5);
    expect(() => breaker.check('a')).toThrow('a refused.');
    expect(() => breaker.check('b')).not.toThrow();
    expect(await download(undefined, 'b')).toBe('ok');
  });

  it.each([
    ['a success', undefined],
    ['any answer, if only a 404', notFound],
  ])('begins to count anew after %s', async (_what, answer) => {
    await failTimes(4);
    await codeOf(download(answer));
    await failTimes(4);
    await codeOf(download());
    expect(tried).toBe(10);
  });

  it('is not moved by what we broke off ourselves', async () => {
    await failTimes(4);
    await expect(download(() => new Error('stopping'))).rejects.toThrow('stopping');
    await failTimes(1);
    expect(() => breaker.check('a')).toThrow('a refused.');
  });

  it('lets one probe at a time through, and all when it succeeds', async () => {
    await failTimes(5);
    now = 1000;
    let end = () => {};
    const probe = breaker.run('a', () => new Promise<void>((resolve) => (end = resolve)));
    expect(await codeOf(download())).toBe('connection_refused');
    expect(tried).toBe(5);
    end();
    await probe;
    expect(await download()).toBe('ok');
  });

  it('probes ever more seldom, every ten seconds in the end', async () => {
    await failTimes(5);
    const probedAt: number[] = [];
    for (now = 0; now <= 40_000; now += 500) {
      const before = tried;
      await codeOf(download(refused));
      if (tried > before) probedAt.push(now);
    }
    const pauses = probedAt.map((at, i) => at - (probedAt[i - 1] ?? 0));
    expect(pauses).toEqual([1000, 2000, 4000, 8000, 10_000, 10_000]);
  });

  it('probes again after a probe that was broken off', async () => {
    await failTimes(5);
    now = 1000;
    await expect(download(() => new Error('stopping'))).rejects.toThrow('stopping');
    expect(await download()).toBe('ok');
  });
});
