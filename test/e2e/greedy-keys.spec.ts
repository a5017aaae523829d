import { connect, type Socket } from 'node:net';
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import sharp from 'sharp';
import { eventually } from '../support/eventually.js';
import { startUnfinishedUpload } from '../support/unfinished-upload.js';
import { sendSlowly, serveFile } from '../support/origin-behaviors.js';
import { query } from '../support/embedded-servers-fixture.js';
import { Scenario } from '../support/scenario.js';
import { createForm } from '../support/shop-fixture.js';
import { storeRequest } from '../support/stored-request.js';

const SHOP_KEY = 'shop-key-0123456789';
const YARD_KEY = 'yard-key-0123456789';
const DESK_KEY = 'desk-key-0123456789';
const GREEDY_KEYS = [SHOP_KEY, YARD_KEY];
const CSV = 'S. No.,Product Name,Input Image Urls\n1,SKU1,http://127.0.0.1:9/1.jpg\n';

const scenario = Scenario.forThisFile({
  origin: true,
  env: {
    API_KEYS: `shop:${SHOP_KEY},yard:${YARD_KEY},desk:${DESK_KEY}`,
    UPLOAD_TIMEOUT_SECONDS: '600',
  },
});

let runningDownloadCount = 0;

beforeAll(async () => {
  const create = { width: 64, height: 48, channels: 3, background: '#888' } as const;
  scenario.origin.on('/photo.jpg', serveFile(await sharp({ create }).jpeg().toBuffer()));
  const slowBody = sendSlowly(Buffer.alloc(1e6), 2000, 100);
  scenario.origin.on('/slow.jpg', (request, response) => {
    runningDownloadCount += 1;
    response.on('close', () => (runningDownloadCount -= 1));
    slowBody(request, response);
  });
});

/** Collects the text that the socket receives. The returned function reads it. */
function collectText(socket: Socket): () => string {
  let text = '';
  socket.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
  return () => text;
}

const startGreedyUploads = (fields: Record<string, string>) =>
  Promise.all(
    GREEDY_KEYS.flatMap((key) =>
      Array.from({ length: 8 }, () => startUnfinishedUpload(scenario.app.url, { key, fields })),
    ),
  );

describe('Two API keys that take all slots', () => {
  it.each(['uploads', 'dry runs'])(
    'Two API keys that take all slots do not lock a third key out of %s',
    async (kind) => {
      const fields: Record<string, string> = kind === 'uploads' ? {} : { dry_run: 'true' };
      const status = kind === 'uploads' ? 202 : 200;
      const sockets = await startGreedyUploads(fields);
      try {
        for (let call = 0; call < 3; call += 1) {
          expect((await scenario.api.withKey(DESK_KEY).upload(CSV, fields)).status).toBe(status);
        }
        // The next upload of a greedy key waits for that key's running uploads.
        let hasResponse = false;
        const nextUpload = scenario.api.withKey(SHOP_KEY).upload(CSV);
        void nextUpload.then(() => (hasResponse = true));
        for (let call = 0; call < 3; call += 1) {
          expect((await scenario.api.withKey(DESK_KEY).upload(CSV)).status).toBe(202);
        }
        expect(hasResponse).toBe(false);
        for (const socket of sockets) socket.destroy();
        expect((await nextUpload).status).toBe(202);
      } finally {
        for (const socket of sockets) socket.destroy();
      }
    },
  );

  it('An upload beyond the fair share of its API key is rejected when another key is waiting for a slot', async () => {
    const shopSockets = await Promise.all(
      [1, 2, 3].map(() => startUnfinishedUpload(scenario.app.url, { key: SHOP_KEY })),
    );
    const textReaders = shopSockets.map(collectText);
    const otherSockets: Socket[] = [];
    try {
      // 5 slots, 3 keys: the share of each key is one slot.
      for (const key of [YARD_KEY, YARD_KEY, DESK_KEY, DESK_KEY])
        otherSockets.push(await startUnfinishedUpload(scenario.app.url, { key }));
      await eventually(
        () => textReaders.some((readText) => readText().includes('"upload_displaced"')),
        {
          description: 'an upload of the first key to be displaced',
        },
      );
      const displacedText = textReaders.find((readText) =>
        readText().includes('"upload_displaced"'),
      )!();
      expect(displacedText).toMatch(/^HTTP\/1.1 429 [^]*Retry-After: 30\r\n/);
    } finally {
      for (const socket of [...shopSockets, ...otherSockets]) socket.destroy();
    }
  });

  it('Two API keys that take all slots with corrections do not lock a third key out of uploads or corrections', async () => {
    const ids = new Map<string, string>();
    for (const key of [...GREEDY_KEYS, DESK_KEY])
      ids.set(key, await scenario.api.withKey(key).uploadAccepted(CSV));
    await scenario.api.withKey(DESK_KEY).waitUntilFinal(ids.get(DESK_KEY)!);
    const buildPath = (key: string) => `/requests/${ids.get(key)}/corrections`;
    const sockets = await Promise.all(
      GREEDY_KEYS.flatMap((key) =>
        Array.from({ length: 8 }, () =>
          startUnfinishedUpload(scenario.app.url, { key, path: buildPath(key) }),
        ),
      ),
    );
    try {
      expect((await scenario.api.withKey(DESK_KEY).upload(CSV)).status).toBe(202);
      const errors = await scenario.api
        .withKey(DESK_KEY)
        .getText(`/download/${ids.get(DESK_KEY)}/errors`);
      const body = createForm(errors.replace('9/1.jpg', '9/2.jpg'), 'errors.csv');
      const corrected = await scenario.api
        .withKey(DESK_KEY)
        .call(buildPath(DESK_KEY), { method: 'POST', body });
      expect(await corrected.json()).toMatchObject({ corrected: 1, problem_count: 0 });
    } finally {
      for (const socket of sockets) socket.destroy();
    }
  });

  it('Two API keys that take all slots do not lock a third key out of previews', async () => {
    const abortController = new AbortController();
    const preview = (key: string, path: string, signal?: AbortSignal) =>
      scenario.api.withKey(key).call('/preview', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ url: scenario.origin.url(path) }),
        signal,
      });
    let responseCount = 0;
    const greedyPreviews = GREEDY_KEYS.flatMap((key) =>
      Array.from({ length: 40 }, async (_, i) => {
        await preview(key, `/slow.jpg?${key}${i}`, abortController.signal);
        responseCount += 1;
      }),
    );
    const settled = Promise.allSettled(greedyPreviews);
    // Calls beyond the share are rejected. The others are running or waiting.
    await eventually(() => responseCount >= 44 && runningDownloadCount >= 3);
    for (let call = 0; call < 3; call += 1) {
      expect((await preview(DESK_KEY, `/photo.jpg?${call}`)).status).toBe(200);
    }
    abortController.abort();
    await settled;
    await eventually(() => runningDownloadCount === 0, {
      description: 'the downloads to be aborted',
    });
  });
});

describe('GET /requests/:id/events with several API keys', () => {
  const sockets: Socket[] = [];
  const requestIds = new Map<string, string>();
  const getRequestId = async (key: string) => {
    if (!requestIds.has(key)) {
      const row = {
        cells: ['1', 'Lamp', ''],
        images: [{ url: scenario.origin.url('/slow.jpg') }],
      };
      const id = await storeRequest(scenario.database.url, { status: 'processing', rows: [row] });
      const owner = key.slice(0, 4);
      await query(
        scenario.database.url,
        `UPDATE processing_requests SET owner = '${owner}' WHERE id = '${id}'`,
      );
      requestIds.set(key, id);
    }
    return requestIds.get(key)!;
  };
  afterAll(() => sockets.forEach((socket) => socket.destroy()));

  /** Opens an event stream. Returns its status and a function that reads the received text. */
  async function openStream(key: string): Promise<{ status: number; text: () => string }> {
    const { port, hostname } = new URL(scenario.app.url);
    const socket = connect(Number(port), hostname);
    sockets.push(socket);
    socket.on('error', () => undefined);
    const text = collectText(socket);
    const path = `/requests/${await getRequestId(key)}/events`;
    socket.write(`GET ${path} HTTP/1.1\r\nHost: localhost\r\nX-API-Key: ${key}\r\n\r\n`);
    await once(socket, 'data');
    return { status: Number(text().slice(9, 12)), text };
  }

  async function openAllStreams(key: string) {
    const streams = [];
    for (;;) {
      const batch = await Promise.all(Array.from({ length: 50 }, () => openStream(key)));
      streams.push(...batch.filter(({ status }) => status === 200));
      if (batch.some(({ status }) => status === 429)) return streams;
    }
  }

  it('HEAD /requests/:id/events occupies no stream slot', { timeout: 120_000 }, async () => {
    const path = `/requests/${await getRequestId(DESK_KEY)}/events`;
    for (let batch = 0; batch < 13; batch += 1) {
      const responses = await Promise.all(
        Array.from({ length: 40 }, () =>
          scenario.api.withKey(DESK_KEY).call(path, { method: 'HEAD' }),
        ),
      );
      for (const { status, headers } of responses) {
        expect(status).toBe(200);
        expect(headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
      }
    }
    expect((await openStream(DESK_KEY)).status).toBe(200);
  });

  it(
    'GET /requests/:id/events accepts a third key after two other keys have taken all slots',
    { timeout: 120_000 },
    async () => {
      const shopStreams = await openAllStreams(SHOP_KEY);
      expect(shopStreams).toHaveLength(500);
      const yardStreams = await openAllStreams(YARD_KEY);
      const deskStreams = await openAllStreams(DESK_KEY);
      expect(Math.min(yardStreams.length, deskStreams.length)).toBeGreaterThan(100);
      await eventually(() => shopStreams.some(({ text }) => text().includes('retry: 30000\n\n')), {
        description: 'the oldest stream of the first key to end with a retry hint',
      });
      expect((await openStream(DESK_KEY)).status).toBe(429);
      expect(shopStreams.at(-1)!.text()).not.toContain('retry: 30000');
    },
  );
});
