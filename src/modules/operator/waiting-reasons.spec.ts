import { describe, expect, it } from 'vitest';
import type { WaitingFacts } from './waiting-facts.js';
import { waitingReasons } from './waiting-reasons.js';

const REQUEST: WaitingFacts['request'] = {
  id: '019a9f3e-7c1d-7e3a-9b55-0f8a4c1d2e3f',
  owner: 'shop',
  status: 'processing',
  open_images: 40,
  in_progress: 0,
  queued: 0,
  operation: null,
  owner_pause: null,
  delivery: null,
};
const FACTS: WaitingFacts = {
  request: REQUEST,
  images: [],
  work: { own_requests: 0, own_images: '0', other_owners: 0, other_images: '0' },
  originPauses: [],
  origins: [],
  workers: [{ role: 'all', hostname: 'worker-1', storageError: null }],
  redisFault: undefined,
  limits: { maxOpenRequests: 1000, maxOpenImages: 5_000_000 },
};
const ORIGIN: WaitingFacts['origins'][number] = {
  host: 'shop.example',
  running: 0,
  concurrency: 8,
  requests_per_minute: null,
  breaker: 'closed',
  paused_until: null,
  reason: null,
};
const onHost = (state: 'due' | 'delayed' | 'parked', images = 40) => ({
  host: 'shop.example',
  state,
  images,
  first_at: state === 'delayed' ? new Date('2026-01-31T09:00:00Z') : null,
  last_at: state === 'delayed' ? new Date('2026-01-31T09:05:00Z') : null,
});

const reasonsOf = (facts: Partial<WaitingFacts>) => waitingReasons({ ...FACTS, ...facts });
const textsOf = (facts: Partial<WaitingFacts>) => reasonsOf(facts).map(({ message }) => message);

describe('waitingReasons()', () => {
  it('waitingReasons() reports that nothing blocks a request without another reason', () => {
    expect(reasonsOf({})).toEqual([
      {
        code: 'next_in_turn',
        message: 'Nothing blocks it. Its images are dispatched within seconds.',
      },
    ]);
  });

  it('waitingReasons() names the operator who paused an owner, and the reason', () => {
    const owner_pause = {
      reason: 'Unpaid invoice',
      paused_by: 'ops',
      paused_at: '2026-01-31T09:00:00Z',
    };
    expect(textsOf({ request: { ...REQUEST, owner_pause } })).toEqual([
      'ops paused the owner "shop" at 2026-01-31 09:00:00 UTC: Unpaid invoice.',
    ]);
  });

  it('waitingReasons() counts the images of a paused origin, and omits a pause without images of the request', () => {
    const originPauses = [
      { name: 'shop.example', reason: '', pausedBy: 'ops' },
      { name: 'other.example', reason: '', pausedBy: 'ops' },
    ];
    expect(textsOf({ originPauses, images: [onHost('parked', 1)] })).toEqual([
      '1 image waits because ops paused the origin shop.example.',
    ]);
  });

  it.each([
    [
      { breaker: 'open' as const, reason: 'shop.example refused the connection.' },
      'origin_down',
      '40 images wait for shop.example, which does not respond. shop.example refused the connection.',
    ],
    [
      { paused_until: new Date('2026-01-31T09:00:00Z'), reason: 'It limits requests.' },
      'origin_limited',
      '40 images wait for shop.example, which gets no requests until 2026-01-31 09:00:00 UTC. It limits requests.',
    ],
    [
      { requests_per_minute: 60 },
      'origin_limited',
      '40 images wait for shop.example, which allows about 60 requests a minute.',
    ],
  ])('waitingReasons() describes the state of an origin: %o', (state, code, message) => {
    const origins = [{ ...ORIGIN, ...state }];
    expect(reasonsOf({ origins, images: [onHost('due')] })).toEqual([{ code, message }]);
  });

  it('waitingReasons() omits an origin that no image of the request is waiting for', () => {
    const origins = [{ ...ORIGIN, requests_per_minute: 60 }];
    expect(reasonsOf({ origins }).map(({ code }) => code)).toEqual(['next_in_turn']);
  });

  it('waitingReasons() reports the latest start time of images waiting for a retry', () => {
    expect(textsOf({ images: [onHost('delayed', 3)] })).toEqual([
      '3 images wait for another attempt, at the latest at 2026-01-31 09:05:00 UTC.',
    ]);
  });

  it('waitingReasons() reports missing workers, unavailable Redis and full storage', () => {
    expect(textsOf({ workers: [] })).toEqual([
      'No process that compresses images is running. Start one.',
    ]);
    expect(textsOf({ redisFault: 'Redis does not answer.' })).toEqual(['Redis does not answer.']);
    const workers = [
      { role: 'worker', hostname: 'worker-1', storageError: 'The storage is full.' },
    ];
    expect(textsOf({ workers })).toEqual([
      'Processing is paused on worker-1. The storage is full.',
    ]);
  });

  it('waitingReasons() reports missing workers even while API processes run', () => {
    const workers = [{ role: 'api', hostname: 'api-1', storageError: null }];
    expect(reasonsOf({ workers }).map(({ code }) => code)).toEqual(['no_worker']);
  });

  it('waitingReasons() counts images in progress, of other owners and of the same owner', () => {
    const work = { own_requests: 2, own_images: '30', other_owners: 1, other_images: '1200' };
    expect(textsOf({ work, request: { ...REQUEST, in_progress: 1, queued: 2 } })).toEqual([
      '1 image is in progress, and 2 images of this request are next in the queue.',
      '1,200 images of 1 other owner are open as well. Owners are served in turn.',
      'The owner "shop" has 2 other open requests with 30 images. They are served in turn.',
    ]);
  });

  it('waitingReasons() reports that an exhausted quota rejects only uploads', () => {
    const limits = { maxOpenRequests: 1000, maxOpenImages: 40 };
    expect(reasonsOf({ limits }).map(({ code }) => code)).toEqual(['quota_reached']);
  });

  it('waitingReasons() describes the webhook of an ended request', () => {
    const delivery = {
      attempts: 2,
      not_before: '2026-01-31T09:00:00Z',
      error_message: 'The receiver answered 500',
    };
    expect(textsOf({ request: { ...REQUEST, status: 'completed', delivery } })).toEqual([
      'The request has ended (completed). It has no waiting images.',
      'Its webhook has failed 2 times; the next attempt is at 2026-01-31 09:00:00 UTC. The receiver answered 500.',
    ]);
  });
});
