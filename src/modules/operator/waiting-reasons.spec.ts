import { describe, expect, it } from 'vitest';
import type { WaitingFacts } from './waiting-facts.js';
import { describeWaitingReasons } from './waiting-reasons.js';

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
const createHostCount = (state: 'due' | 'delayed' | 'parked', images = 40) => ({
  host: 'shop.example',
  state,
  images,
  first_at: state === 'delayed' ? new Date('2026-01-31T09:00:00Z') : null,
  last_at: state === 'delayed' ? new Date('2026-01-31T09:05:00Z') : null,
});

const describeReasons = (facts: Partial<WaitingFacts>) =>
  describeWaitingReasons({ ...FACTS, ...facts });
const listMessages = (facts: Partial<WaitingFacts>) =>
  describeReasons(facts).map(({ message }) => message);

describe('describeWaitingReasons()', () => {
  it('describeWaitingReasons() reports that nothing blocks the request if there is no other reason', () => {
    expect(describeReasons({})).toEqual([
      {
        code: 'next_in_turn',
        message: 'Nothing blocks the request. Its images are dispatched within seconds.',
      },
    ]);
  });

  it('describeWaitingReasons() names the operator who paused an owner and the reason for the pause', () => {
    const owner_pause = {
      reason: 'Unpaid invoice',
      paused_by: 'ops',
      paused_at: '2026-01-31T09:00:00Z',
    };
    expect(listMessages({ request: { ...REQUEST, owner_pause } })).toEqual([
      'ops paused the owner "shop" at 2026-01-31 09:00:00 UTC: Unpaid invoice.',
    ]);
  });

  it('describeWaitingReasons() counts the images of a paused origin, and omits origins without images of the request', () => {
    const originPauses = [
      { name: 'shop.example', reason: '', pausedBy: 'ops' },
      { name: 'other.example', reason: '', pausedBy: 'ops' },
    ];
    expect(listMessages({ originPauses, images: [createHostCount('parked', 1)] })).toEqual([
      '1 image is waiting because ops paused the origin shop.example.',
    ]);
  });

  it.each([
    [
      { breaker: 'open' as const, reason: 'shop.example refused the connection.' },
      'origin_down',
      '40 images are waiting for shop.example, which does not respond. shop.example refused the connection.',
    ],
    [
      { paused_until: new Date('2026-01-31T09:00:00Z'), reason: 'It limits requests.' },
      'origin_limited',
      '40 images are waiting for shop.example, which receives no requests until 2026-01-31 09:00:00 UTC. It limits requests.',
    ],
    [
      { requests_per_minute: 60 },
      'origin_limited',
      '40 images are waiting for shop.example, which allows about 60 requests a minute.',
    ],
  ])('describeWaitingReasons() describes an origin with the state %o', (state, code, message) => {
    const origins = [{ ...ORIGIN, ...state }];
    expect(describeReasons({ origins, images: [createHostCount('due')] })).toEqual([
      { code, message },
    ]);
  });

  it('describeWaitingReasons() omits an origin that no image of the request is waiting for', () => {
    const origins = [{ ...ORIGIN, requests_per_minute: 60 }];
    expect(describeReasons({ origins }).map(({ code }) => code)).toEqual(['next_in_turn']);
  });

  it('describeWaitingReasons() reports the latest start time of images waiting for a retry', () => {
    expect(listMessages({ images: [createHostCount('delayed', 3)] })).toEqual([
      '3 images are waiting for another attempt, which starts by 2026-01-31 09:05:00 UTC.',
    ]);
  });

  it('describeWaitingReasons() reports missing workers, unavailable Redis and full storage', () => {
    expect(listMessages({ workers: [] })).toEqual([
      'No process that compresses images is running. Start one.',
    ]);
    expect(listMessages({ redisFault: 'Redis does not respond.' })).toEqual([
      'Redis does not respond.',
    ]);
    const workers = [
      { role: 'worker', hostname: 'worker-1', storageError: 'The storage is full.' },
    ];
    expect(listMessages({ workers })).toEqual([
      'Processing is paused on worker-1. The storage is full.',
    ]);
  });

  it('describeWaitingReasons() reports missing workers even while API processes run', () => {
    const workers = [{ role: 'api', hostname: 'api-1', storageError: null }];
    expect(describeReasons({ workers }).map(({ code }) => code)).toEqual(['no_worker']);
  });

  it('describeWaitingReasons() counts images in progress, images of other owners, and other images of the same owner', () => {
    const work = { own_requests: 2, own_images: '30', other_owners: 1, other_images: '1200' };
    expect(listMessages({ work, request: { ...REQUEST, in_progress: 1, queued: 2 } })).toEqual([
      '1 image is in progress, and 2 images of this request are next in the queue.',
      '1,200 images of 1 other owner are also unfinished. Owners are served in turn.',
      'The owner "shop" has 2 other unfinished requests with 30 images. Requests are served in turn.',
    ]);
  });

  it('describeWaitingReasons() reports an exhausted quota', () => {
    const limits = { maxOpenRequests: 1000, maxOpenImages: 40 };
    expect(describeReasons({ limits }).map(({ code }) => code)).toEqual(['quota_reached']);
  });

  it('describeWaitingReasons() describes the webhook of an ended request', () => {
    const delivery = {
      attempts: 2,
      not_before: '2026-01-31T09:00:00Z',
      error_message: 'The receiver returned 500',
    };
    expect(listMessages({ request: { ...REQUEST, status: 'completed', delivery } })).toEqual([
      'The request has ended (completed). It has no waiting images.',
      'The webhook has failed 2 times. The next attempt is at 2026-01-31 09:00:00 UTC. The receiver returned 500.',
    ]);
  });
});
