import { beforeEach, describe, expect, it } from 'vitest';
import { AppError } from '../../errors/app-error.js';
import { CircuitBreaker } from './circuit-breaker.js';
import { OUTBOUND_ERRORS } from '../error-table.js';

const createRefusedError = () =>
  new AppError(OUTBOUND_ERRORS.connection_refused, { message: 'The connection was refused.' });
const createNotFoundError = () => new AppError(OUTBOUND_ERRORS.http_NNN.withPart(404));

let now: number;
let breaker: CircuitBreaker;
/** Number of attempted downloads. */
let attemptCount: number;

const download = (createError?: () => Error) =>
  breaker.runGuarded(() => {
    attemptCount += 1;
    return createError ? Promise.reject(createError()) : Promise.resolve('ok');
  });
const getResultCode = (work: Promise<unknown>) =>
  work.then(
    () => 'ok',
    (error: AppError) => error.code,
  );
async function failDownloads(count: number) {
  for (let i = 0; i < count; i += 1) await getResultCode(download(createRefusedError));
}

beforeEach(() => {
  now = 0;
  attemptCount = 0;
  breaker = new CircuitBreaker(() => now);
});

describe('CircuitBreaker', () => {
  it('CircuitBreaker opens after five failures without a response, and rejects with the last error', async () => {
    await failDownloads(5);
    const error = await download().catch((error: AppError) => error);
    expect(error).toMatchObject({
      code: 'connection_refused',
      message: 'The connection was refused.',
      retry: 'later',
    });
    expect(attemptCount).toBe(5);
    expect(() => breaker.assertClosed()).toThrow('The connection was refused.');
  });

  it('CircuitBreaker reports its state: closed, open with the last failure, half-open, and closed again', async () => {
    await failDownloads(4);
    expect(breaker.state).toEqual({ name: 'closed' });
    await failDownloads(1);
    expect(breaker.state).toEqual({
      name: 'open',
      probeAt: 1000,
      reason: 'The connection was refused.',
    });
    now = 1000;
    let finishProbe = () => {};
    const probe = breaker.runGuarded(() => new Promise<void>((resolve) => (finishProbe = resolve)));
    expect(breaker.state).toMatchObject({ name: 'probing' });
    finishProbe();
    await probe;
    expect(breaker.state).toEqual({ name: 'closed' });
  });

  it.each([
    ['a success', undefined],
    ['any response, even a 404', createNotFoundError],
  ])('CircuitBreaker resets its failure count after %s', async (_description, createError) => {
    await failDownloads(4);
    await getResultCode(download(createError));
    await failDownloads(4);
    await getResultCode(download());
    expect(attemptCount).toBe(10);
  });

  it('CircuitBreaker does not count an abort by Pressroom', async () => {
    await failDownloads(4);
    await expect(download(() => new Error('stopping'))).rejects.toThrow('stopping');
    await failDownloads(1);
    expect(() => breaker.assertClosed()).toThrow('The connection was refused.');
  });

  it('CircuitBreaker allows one probe at a time, and closes when the probe succeeds', async () => {
    await failDownloads(5);
    now = 1000;
    let finishProbe = () => {};
    const probe = breaker.runGuarded(() => new Promise<void>((resolve) => (finishProbe = resolve)));
    expect(await getResultCode(download())).toBe('connection_refused');
    expect(attemptCount).toBe(5);
    finishProbe();
    await probe;
    expect(await download()).toBe('ok');
  });

  it('CircuitBreaker doubles the pause between probes up to ten seconds', async () => {
    await failDownloads(5);
    const probedAt: number[] = [];
    for (now = 0; now <= 40_000; now += 500) {
      const attemptCountBefore = attemptCount;
      await getResultCode(download(createRefusedError));
      if (attemptCount > attemptCountBefore) probedAt.push(now);
    }
    const pauses = probedAt.map((time, i) => time - (probedAt[i - 1] ?? 0));
    expect(pauses).toEqual([1000, 2000, 4000, 8000, 10_000, 10_000]);
  });

  it('CircuitBreaker probes again after an aborted probe', async () => {
    await failDownloads(5);
    now = 1000;
    await expect(download(() => new Error('stopping'))).rejects.toThrow('stopping');
    expect(await download()).toBe('ok');
  });
});
