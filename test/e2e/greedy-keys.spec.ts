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

const SHOP = 'shop-key-0123456789';
const YARD = 'yard-key-0123456789';
const DESK = 'desk-key-0123456789';
const GREEDY = [SHOP, YARD];
const CSV = 'S. No.,Product Name,Input Image Urls\n1,SKU1,http://127.0.0.1:9/1.jpg\n';

const scenario = Scenario.forThisFile({
  origin: true,
  env: {
    API_KEYS: `shop:${SHOP},yard:${YARD},desk:${DESK}`,
    UPLOAD_TIMEOUT_SECONDS: '600',
  },
});

let openDownloads = 0;

beforeAll(async () => {
  const create = { width: 64, height: 48, channels: 3, background: '#888' } as const;
  scenario.origin.on('/photo.jpg', serveFile(await sharp({ create }).jpeg().toBuffer()));
  const slowBody = sendSlowly(Buffer.alloc(1e6), 2000, 100);
  scenario.origin.on('/slow.jpg', (request, response) => {
    openDownloads += 1;
    response.on('close', () => (openDownloads -= 1));
    slowBody(request, response);
  });
});

/** Returns everything that the server sent on this socket. */
function received(socket: Socket): () => string {
  let text = '';
  socket.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
  return () => text;
}

const greedyUploads = (fields: Record<string, string>) =>
  Promise.all(
    GREEDY.flatMap((key) =>
      Array.from({ length: 8 }, () => startUnfinishedUpload(scenario.app.url, { key, fields })),
    ),
  );

describe('Two API keys that take all slots', () => {
  it.each(['uploads', 'dry runs'])(
    'Two API keys that take all slots do not lock a third key out of %s',
    async (kind) => {
      const fields: Record<string, string> = kind === 'uploads' ? {} : { dry_run: 'true' };
      const status = kind === 'uploads' ? 202 : 200;
      const sockets = await greedyUploads(fields);
      try {
        for (let call = 0; call < 3; call += 1) {
          expect((await scenario.api.withKey(DESK).upload(CSV, fields)).status).toBe(status);
        }
        // The slots are shared: a greedy key's next upload waits behind what it holds.
        let isAnswered = false;
        const next = scenario.api.withKey(SHOP).upload(CSV);
        void next.then(() => (isAnswered = true));
        for (let call = 0; call < 3; call += 1) {
          expect((await scenario.api.withKey(DESK).upload(CSV)).status).toBe(202);
        }
        expect(isAnswered).toBe(false);
        for (const socket of sockets) socket.destroy();
        expect((await next).status).toBe(202);
      } finally {
        for (const socket of sockets) socket.destroy();
      }
    },
  );

  it('Two API keys that take all slots lose uploads above their share when another key waits', async () => {
    const shop = await Promise.all(
      [1, 2, 3].map(() => startUnfinishedUpload(scenario.app.url, { key: SHOP })),
    );
    const texts = shop.map(received);
    const others: Socket[] = [];
    try {
      // 5 slots, 3 keys: the share of each key is one slot.
      for (const key of [YARD, YARD, DESK, DESK])
        others.push(await startUnfinishedUpload(scenario.app.url, { key }));
      await eventually(() => texts.some((text) => text().includes('"upload_displaced"')), {
        description: 'an upload of the first key to be displaced',
      });
      const displaced = texts.find((text) => text().includes('"upload_displaced"'))!();
      expect(displaced).toMatch(/^HTTP\/1.1 429 [^]*Retry-After: 30\r\n/);
    } finally {
      for (const socket of [...shop, ...others]) socket.destroy();
    }
  });

  it('Two API keys that take all slots do not lock a third key out of corrections, or out of uploads through corrections', async () => {
    const ids = new Map<string, string>();
    for (const key of [...GREEDY, DESK])
      ids.set(key, await scenario.api.withKey(key).uploadAccepted(CSV));
    await scenario.api.withKey(DESK).waitUntilFinal(ids.get(DESK)!);
    const path = (key: string) => `/requests/${ids.get(key)}/corrections`;
    const sockets = await Promise.all(
      GREEDY.flatMap((key) =>
        Array.from({ length: 8 }, () =>
          startUnfinishedUpload(scenario.app.url, { key, path: path(key) }),
        ),
      ),
    );
    try {
      expect((await scenario.api.withKey(DESK).upload(CSV)).status).toBe(202);
      const errors = await scenario.api.withKey(DESK).getText(`/download/${ids.get(DESK)}/errors`);
      const body = createForm(errors.replace('9/1.jpg', '9/2.jpg'), 'errors.csv');
      const corrected = await scenario.api.withKey(DESK).call(path(DESK), { method: 'POST', body });
      expect(await corrected.json()).toMatchObject({ corrected: 1, problem_count: 0 });
    } finally {
      for (const socket of sockets) socket.destroy();
    }
  });

  it('Two API keys that take all slots do not lock a third key out of previews', async () => {
    const gone = new AbortController();
    const preview = (key: string, path: string, signal?: AbortSignal) =>
      scenario.api.withKey(key).call('/preview', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ url: scenario.origin.url(path) }),
        signal,
      });
    let answered = 0;
    const greedy = GREEDY.flatMap((key) =>
      Array.from({ length: 40 }, async (_, i) => {
        await preview(key, `/slow.jpg?${key}${i}`, gone.signal);
        answered += 1;
      }),
    );
    const settled = Promise.allSettled(greedy);
    // Calls above the share are refused. The others run or wait.
    await eventually(() => answered >= 44 && openDownloads >= 3);
    for (let call = 0; call < 3; call += 1) {
      expect((await preview(DESK, `/photo.jpg?${call}`)).status).toBe(200);
    }
    gone.abort();
    await settled;
    await eventually(() => openDownloads === 0, { description: 'the downloads to be given up' });
  });
});

describe('GET /requests/:id/events with several API keys', () => {
  const opened: Socket[] = [];
  const idOf = new Map<string, string>();
  const ids = async (key: string) => {
    if (!idOf.has(key)) {
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
      idOf.set(key, id);
    }
    return idOf.get(key)!;
  };
  afterAll(() => opened.forEach((socket) => socket.destroy()));

  /** Returns the first line of the response, and the rest. */
  async function open(key: string): Promise<{ status: number; text: () => string }> {
    const { port, hostname } = new URL(scenario.app.url);
    const socket = connect(Number(port), hostname);
    opened.push(socket);
    socket.on('error', () => undefined);
    const text = received(socket);
    const path = `/requests/${await ids(key)}/events`;
    socket.write(`GET ${path} HTTP/1.1\r\nHost: localhost\r\nX-API-Key: ${key}\r\n\r\n`);
    await once(socket, 'data');
    return { status: Number(text().slice(9, 12)), text };
  }

  async function fill(key: string) {
    const streams = [];
    for (;;) {
      const some = await Promise.all(Array.from({ length: 50 }, () => open(key)));
      streams.push(...some.filter(({ status }) => status === 200));
      if (some.some(({ status }) => status === 429)) return streams;
    }
  }

  it(
    'GET /requests/:id/events with several API keys uses no slot for a HEAD call',
    { timeout: 120_000 },
    async () => {
      const path = `/requests/${await ids(DESK)}/events`;
      for (let batch = 0; batch < 13; batch += 1) {
        const answers = await Promise.all(
          Array.from({ length: 40 }, () =>
            scenario.api.withKey(DESK).call(path, { method: 'HEAD' }),
          ),
        );
        for (const { status, headers } of answers) {
          expect(status).toBe(200);
          expect(headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
        }
      }
      expect((await open(DESK)).status).toBe(200);
    },
  );

  it(
    'GET /requests/:id/events with several API keys accepts a third key when two take all slots',
    { timeout: 120_000 },
    async () => {
      const shop = await fill(SHOP);
      expect(shop).toHaveLength(500);
      const yard = await fill(YARD);
      const desk = await fill(DESK);
      expect(Math.min(yard.length, desk.length)).toBeGreaterThan(100);
      await eventually(() => shop.some(({ text }) => text().includes('retry: 30000\n\n')), {
        description: 'the longest stream of the first key to end with a retry hint',
      });
      expect((await open(DESK)).status).toBe(429);
      expect(shop.at(-1)!.text()).not.toContain('retry: 30000');
    },
  );
});
