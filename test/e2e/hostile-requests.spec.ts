import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { eventually } from '../support/eventually.js';
import { HostileFixture } from '../support/hostile-fixture.js';
import { LivenessMonitor } from '../support/liveness-monitor.js';

const bench = HostileFixture.forThisFile();

async function open(): Promise<Socket> {
  const { port, hostname } = new URL(bench.app.url);
  const socket = connect(Number(port), hostname);
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  return socket;
}

/** Sends bytes and returns the response, which ends with the connection or after `timeoutMs`. */
async function answerTo(bytes: string | Buffer, timeoutMs = 3000): Promise<string> {
  const socket = await open();
  let answer = '';
  socket.on('data', (chunk: Buffer) => (answer += chunk.toString('latin1')));
  socket.write(bytes);
  await Promise.race([
    once(socket, 'close'),
    eventually(() => /\r\n\r\n/.test(answer), { timeoutMs }).catch(() => undefined),
  ]);
  socket.destroy();
  return answer;
}

const statusOf = (answer: string) => Number(/^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1] ?? 0);

const post = (body: string, headers: Record<string, string | number> = {}) => {
  const all = {
    host: 'localhost',
    'content-type': 'multipart/form-data; boundary=b',
    'content-length': Buffer.byteLength(body),
    connection: 'close',
    ...headers,
  };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}`);
  return ['POST /upload HTTP/1.1', ...lines, '', body].join('\r\n');
};
const part = (headers: string, body: string) => `--b\r\n${headers}\r\n\r\n${body}\r\n`;
const FILE = 'Content-Disposition: form-data; name="file"; filename="a.csv"';
const csv = () => bench.buildCatalog([bench.validUrl]);

/** 0: the connection closed without a response, as Node.js does for malformed HTTP. */
const REFUSED = [0, 400, 413, 415, 431];

describe('A hostile upload form', () => {
  it.each<[string, () => string]>([
    ['no boundary', () => post(part(FILE, csv()), { 'content-type': 'multipart/form-data' })],
    [
      'an empty boundary',
      () => post(part(FILE, csv()), { 'content-type': 'multipart/form-data; boundary=' }),
    ],
    [
      'a boundary of 5,000 characters',
      () => post('x', { 'content-type': `multipart/form-data; boundary=${'b'.repeat(5000)}` }),
    ],
    [
      'a boundary other than the declared one',
      () => post(part(FILE, csv()).replaceAll('--b', '--c')),
    ],
    ['no end', () => post(part(FILE, csv()))],
    ['no parts', () => post('--b--\r\n')],
    ['a part without headers', () => post(`--b\r\n\r\n${csv()}\r\n--b--\r\n`)],
    [
      'a part of headers alone',
      () => post(`--b\r\n${'X-A: b\r\n'.repeat(20_000)}\r\n\r\n--b--\r\n`),
    ],
    ['a header of a megabyte', () => post(part(`${FILE}\r\nX-A: ${'y'.repeat(1e6)}`, csv()))],
    [
      'a thousand parts',
      () =>
        post(
          `${part('Content-Disposition: form-data; name="quality"', '50').repeat(1000)}--b--\r\n`,
        ),
    ],
    ['two files', () => post(`${part(FILE, csv())}${part(FILE, csv())}--b--\r\n`)],
    [
      'a form in a form',
      () =>
        post(
          `${part('Content-Disposition: form-data; name="file"\r\nContent-Type: multipart/mixed; boundary=c', `--c\r\n${FILE}\r\n\r\n${csv()}\r\n--c--`)}--b--\r\n`,
        ),
    ],
    [
      'a field called __proto__',
      () =>
        post(
          `${part('Content-Disposition: form-data; name="__proto__[polluted]"', '1')}${part(FILE, csv())}--b--\r\n`,
        ),
    ],
    [
      'a field in a hundred brackets',
      () =>
        post(
          `${part(`Content-Disposition: form-data; name="a${'[a]'.repeat(100)}"`, '1')}${part(FILE, csv())}--b--\r\n`,
        ),
    ],
    [
      'a field of a megabyte',
      () =>
        post(`${part('Content-Disposition: form-data; name="format"', 'x'.repeat(1e6))}--b--\r\n`),
    ],
    [
      'a name of a field of a megabyte',
      () =>
        post(`${part(`Content-Disposition: form-data; name="${'x'.repeat(1e6)}"`, '1')}--b--\r\n`),
    ],
    [
      'a content length of less than it holds',
      () => post(`${part(FILE, csv())}--b--\r\n`, { 'content-length': 60 }),
    ],
    ['a negative content length', () => post(part(FILE, csv()), { 'content-length': -5 })],
    ['a length and chunks', () => post(part(FILE, csv()), { 'transfer-encoding': 'chunked' })],
    [
      'broken chunks',
      () =>
        post('ZZ\r\nxx\r\n', { 'transfer-encoding': 'chunked' }).replace(
          /content-length: \d+\r\n/,
          '',
        ),
    ],
    ['another media type', () => post('{}', { 'content-type': 'application/json' })],
  ])(
    'A hostile upload form with %s is rejected, and the next upload is accepted',
    async (_what, bytes) => {
      const answer = await LivenessMonitor.during(bench.app, () => answerTo(bytes()));
      expect(REFUSED).toContain(statusOf(answer));
      expect(await bench.processUrls([bench.validUrl])).toEqual({ [bench.validUrl]: 'completed' });
    },
  );

  it('A hostile upload form that ends before its Content-Length stores nothing', async () => {
    const socket = await open();
    socket.write(post(part(FILE, csv()), { 'content-length': 1_000_000 }));
    await sleep(200);
    socket.destroy();
    const before = await bench.app.api.getJson<{ requests: unknown[] }>('/requests');
    await bench.processUrls([bench.validUrl]);
    const after = await bench.app.api.getJson<{ requests: unknown[] }>('/requests');
    expect(after.body.requests.length).toBe(before.body.requests.length + 1);
  });

  it('A hostile upload form that arrives slowly on fifty connections does not delay other calls', async () => {
    const sockets = await Promise.all(Array.from({ length: 50 }, open));
    await LivenessMonitor.during(bench.app, async () => {
      for (const socket of sockets)
        socket.write(post(part(FILE, csv()), { 'content-length': 1_000_000 }).slice(0, -20));
      for (let i = 0; i < 10; i++) {
        for (const socket of sockets) socket.write('x');
        await sleep(50);
      }
      expect((await bench.app.api.getJson('/requests')).status).toBe(200);
    });
    for (const socket of sockets) socket.destroy();
    expect(await bench.processUrls([bench.validUrl])).toEqual({ [bench.validUrl]: 'completed' });
  });
});

/** Both take as long as the server waits, so they run concurrently. */
describe('A client that stops in the middle of a call', () => {
  it.concurrent(
    'A client that stops in the middle of a call is disconnected when its headers never end',
    { timeout: 90_000 },
    async ({ expect }) => {
      const socket = await open();
      socket.write('POST /upload HTTP/1.1\r\nhost: localhost\r\n');
      const timer = setInterval(() => socket.write('x-a: b\r\n'), 1000);
      socket.resume();
      // headersTimeout is 20 s, and Node.js checks it every 30 s. The close may be a reset.
      const closed = new Promise((resolve) => socket.once('close', () => resolve('closed')));
      expect(await closed.finally(() => clearInterval(timer))).toBe('closed');
    },
  );

  it.concurrent(
    'A client that stops in the middle of a call receives an error when its body never arrives',
    { timeout: 90_000 },
    async ({ expect }) => {
      const head = 'Host: localhost\r\nContent-Type: application/json\r\nContent-Length: 100';
      const answers = await Promise.all(
        ['/webhook', '/preview', '/nothing-here'].map((path) =>
          answerTo(`POST ${path} HTTP/1.1\r\n${head}\r\n\r\n{`, 60_000),
        ),
      );
      expect(answers.map(statusOf)).toEqual([408, 408, 404]);
    },
  );
});

describe('A path', () => {
  const hostileIds = [
    '../../etc/passwd',
    '..%2f..%2fetc%2fpasswd',
    '%2e%2e/%2e%2e/etc/passwd',
    '..%5c..%5cwin.ini',
    '....//....//etc/passwd',
    '%00',
    'a%00.jpg',
    '%c0%ae%c0%ae/x',
    '%ff',
    '%',
    '%E0%A4%A',
    '.',
    '..',
    '*',
    '$(id)',
    "' OR 1=1 --",
    '%27%20OR%201=1',
    '__proto__',
    'null',
    '0',
    '-1',
    '1e9',
    'x'.repeat(4000),
    '00000000-0000-0000-0000-000000000000',
    '{id}',
    '..;/x',
    `${'a'.repeat(64)}.jpg/../../x`,
    `${'a'.repeat(64)}.svg`,
    `%2e%2e%2f${'a'.repeat(64)}.jpg`,
  ];
  const routes = (id: string) => [
    `/status/${id}`,
    `/download/${id}`,
    `/download/${id}/errors`,
    `/images/${id}`,
    `/requests/${id}/deliveries`,
    `/requests/${id}`,
    `/${id}`,
  ];

  /** Dots that are resolved before the routing lead to a list or a page of the app. */
  const isHarmless = (path: string, status: number) =>
    [301, 308, 400, 404, 405, 414, 431].includes(status) ||
    (status === 200 && /\.\.|\/\.$|%2e%2e/.test(path));

  it.each(hostileIds)('A path with %s is not found or is rejected', async (hostileId) => {
    for (const path of routes(hostileId)) {
      const answer = await answerTo(
        `GET ${path.replaceAll(' ', '%20')} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n`,
      );
      expect([path, isHarmless(path, statusOf(answer))]).toEqual([path, true]);
      expect(answer).not.toMatch(/root:|\[fonts\]|at \w+ \(|node_modules/);
    }
  });
});

describe('A client', () => {
  it('A client that never reads its download does not delay other calls', async () => {
    const rows = Array.from({ length: 20_000 }, (_, i) => `http://127.0.0.1:9/${i}.jpg`);
    const id = await bench.app.api.uploadAccepted(bench.buildCatalog(rows));
    const sockets = await Promise.all(Array.from({ length: 20 }, open));
    await LivenessMonitor.during(bench.app, async () => {
      for (const socket of sockets) {
        socket.pause();
        socket.write(`GET /download/${id}?partial=true HTTP/1.1\r\nhost: localhost\r\n\r\n`);
      }
      await sleep(1000);
      expect(await bench.processUrls([bench.validUrl])).toEqual({ [bench.validUrl]: 'completed' });
    });
    for (const socket of sockets) socket.destroy();
  });
});
