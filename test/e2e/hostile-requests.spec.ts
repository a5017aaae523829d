import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { eventually } from '../support/eventually.js';
import { HostileInputFixture } from '../support/hostile-input-fixture.js';
import { LivenessMonitor } from '../support/liveness-monitor.js';

const fixture = HostileInputFixture.forThisFile();

async function openSocket(): Promise<Socket> {
  const { port, hostname } = new URL(fixture.app.url);
  const socket = connect(Number(port), hostname);
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  return socket;
}

/** Sends bytes and returns the response, up to the end of its headers or `timeoutMs`. */
async function sendAndReceive(bytes: string | Buffer, timeoutMs = 3000): Promise<string> {
  const socket = await openSocket();
  let response = '';
  socket.on('data', (chunk: Buffer) => (response += chunk.toString('latin1')));
  socket.write(bytes);
  await Promise.race([
    once(socket, 'close'),
    eventually(() => /\r\n\r\n/.test(response), { timeoutMs }).catch(() => undefined),
  ]);
  socket.destroy();
  return response;
}

const parseStatus = (response: string) => Number(/^HTTP\/1\.1 (\d{3})/.exec(response)?.[1] ?? 0);

const buildPost = (body: string, headers: Record<string, string | number> = {}) => {
  const allHeaders = {
    host: 'localhost',
    'content-type': 'multipart/form-data; boundary=b',
    'content-length': Buffer.byteLength(body),
    connection: 'close',
    ...headers,
  };
  const lines = Object.entries(allHeaders).map(([name, value]) => `${name}: ${value}`);
  return ['POST /upload HTTP/1.1', ...lines, '', body].join('\r\n');
};
const buildPart = (headers: string, body: string) => `--b\r\n${headers}\r\n\r\n${body}\r\n`;
const FILE_HEADERS = 'Content-Disposition: form-data; name="file"; filename="a.csv"';
const buildCsv = () => fixture.buildCatalog([fixture.validUrl]);

/** 0 stands for that the connection was Node.js closed without a response, which is how it handles malformed HTTP. */
const REJECTION_STATUSES = [0, 400, 413, 415, 431];

describe('A hostile upload form', () => {
  it.each<[string, () => string]>([
    [
      'no boundary',
      () =>
        buildPost(buildPart(FILE_HEADERS, buildCsv()), { 'content-type': 'multipart/form-data' }),
    ],
    [
      'an empty boundary',
      () =>
        buildPost(buildPart(FILE_HEADERS, buildCsv()), {
          'content-type': 'multipart/form-data; boundary=',
        }),
    ],
    [
      'a boundary of 5,000 characters',
      () => buildPost('x', { 'content-type': `multipart/form-data; boundary=${'b'.repeat(5000)}` }),
    ],
    [
      'a boundary other than the declared one',
      () => buildPost(buildPart(FILE_HEADERS, buildCsv()).replaceAll('--b', '--c')),
    ],
    ['no closing boundary', () => buildPost(buildPart(FILE_HEADERS, buildCsv()))],
    ['no parts', () => buildPost('--b--\r\n')],
    ['a part without headers', () => buildPost(`--b\r\n\r\n${buildCsv()}\r\n--b--\r\n`)],
    [
      'a part with only headers',
      () => buildPost(`--b\r\n${'X-A: b\r\n'.repeat(20_000)}\r\n\r\n--b--\r\n`),
    ],
    [
      'a header of a megabyte',
      () => buildPost(buildPart(`${FILE_HEADERS}\r\nX-A: ${'y'.repeat(1e6)}`, buildCsv())),
    ],
    [
      'a thousand parts',
      () =>
        buildPost(
          `${buildPart('Content-Disposition: form-data; name="quality"', '50').repeat(1000)}--b--\r\n`,
        ),
    ],
    [
      'two files',
      () =>
        buildPost(
          `${buildPart(FILE_HEADERS, buildCsv())}${buildPart(FILE_HEADERS, buildCsv())}--b--\r\n`,
        ),
    ],
    [
      'a nested form',
      () =>
        buildPost(
          `${buildPart('Content-Disposition: form-data; name="file"\r\nContent-Type: multipart/mixed; boundary=c', `--c\r\n${FILE_HEADERS}\r\n\r\n${buildCsv()}\r\n--c--`)}--b--\r\n`,
        ),
    ],
    [
      'a field named __proto__',
      () =>
        buildPost(
          `${buildPart('Content-Disposition: form-data; name="__proto__[polluted]"', '1')}${buildPart(FILE_HEADERS, buildCsv())}--b--\r\n`,
        ),
    ],
    [
      'a field name with a hundred brackets',
      () =>
        buildPost(
          `${buildPart(`Content-Disposition: form-data; name="a${'[a]'.repeat(100)}"`, '1')}${buildPart(FILE_HEADERS, buildCsv())}--b--\r\n`,
        ),
    ],
    [
      'a field of a megabyte',
      () =>
        buildPost(
          `${buildPart('Content-Disposition: form-data; name="format"', 'x'.repeat(1e6))}--b--\r\n`,
        ),
    ],
    [
      'a field name of a megabyte',
      () =>
        buildPost(
          `${buildPart(`Content-Disposition: form-data; name="${'x'.repeat(1e6)}"`, '1')}--b--\r\n`,
        ),
    ],
    [
      'a Content-Length below the body size',
      () => buildPost(`${buildPart(FILE_HEADERS, buildCsv())}--b--\r\n`, { 'content-length': 60 }),
    ],
    [
      'a negative Content-Length',
      () => buildPost(buildPart(FILE_HEADERS, buildCsv()), { 'content-length': -5 }),
    ],
    [
      'both Content-Length and chunked encoding',
      () => buildPost(buildPart(FILE_HEADERS, buildCsv()), { 'transfer-encoding': 'chunked' }),
    ],
    [
      'malformed chunks',
      () =>
        buildPost('ZZ\r\nxx\r\n', { 'transfer-encoding': 'chunked' }).replace(
          /content-length: \d+\r\n/,
          '',
        ),
    ],
    ['another media type', () => buildPost('{}', { 'content-type': 'application/json' })],
  ])(
    'A hostile upload form with %s is rejected, and the next upload is accepted',
    async (_label, buildRequest) => {
      const response = await LivenessMonitor.during(fixture.app, () =>
        sendAndReceive(buildRequest()),
      );
      expect(REJECTION_STATUSES).toContain(parseStatus(response));
      expect(await fixture.processUrls([fixture.validUrl])).toEqual({
        [fixture.validUrl]: 'completed',
      });
    },
  );

  it('A hostile upload form that ends before its Content-Length stores nothing', async () => {
    const socket = await openSocket();
    socket.write(buildPost(buildPart(FILE_HEADERS, buildCsv()), { 'content-length': 1_000_000 }));
    await sleep(200);
    socket.destroy();
    const before = await fixture.app.api.getJson<{ requests: unknown[] }>('/requests');
    await fixture.processUrls([fixture.validUrl]);
    const after = await fixture.app.api.getJson<{ requests: unknown[] }>('/requests');
    expect(after.body.requests.length).toBe(before.body.requests.length + 1);
  });

  it('A hostile upload form sent slowly over fifty connections does not delay other calls', async () => {
    const sockets = await Promise.all(Array.from({ length: 50 }, openSocket));
    await LivenessMonitor.during(fixture.app, async () => {
      for (const socket of sockets)
        socket.write(
          buildPost(buildPart(FILE_HEADERS, buildCsv()), { 'content-length': 1_000_000 }).slice(
            0,
            -20,
          ),
        );
      for (let i = 0; i < 10; i++) {
        for (const socket of sockets) socket.write('x');
        await sleep(50);
      }
      expect((await fixture.app.api.getJson('/requests')).status).toBe(200);
    });
    for (const socket of sockets) socket.destroy();
    expect(await fixture.processUrls([fixture.validUrl])).toEqual({
      [fixture.validUrl]: 'completed',
    });
  });
});

/** Both tests wait for a server timeout, so they run concurrently. */
describe('A client that stops in the middle of a call', () => {
  it.concurrent(
    'A client that never finishes sending its headers is disconnected',
    { timeout: 90_000 },
    async ({ expect }) => {
      const socket = await openSocket();
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
      const responses = await Promise.all(
        ['/webhook', '/preview', '/nothing-here'].map((path) =>
          sendAndReceive(`POST ${path} HTTP/1.1\r\n${head}\r\n\r\n{`, 60_000),
        ),
      );
      expect(responses.map(parseStatus)).toEqual([408, 408, 404]);
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
  const buildPaths = (id: string) => [
    `/status/${id}`,
    `/download/${id}`,
    `/download/${id}/errors`,
    `/images/${id}`,
    `/requests/${id}/deliveries`,
    `/requests/${id}`,
    `/${id}`,
  ];

  /** The app may resolve dots before routing, and then return a list or the web page. */
  const isHarmless = (path: string, status: number) =>
    [301, 308, 400, 404, 405, 414, 431].includes(status) ||
    (status === 200 && /\.\.|\/\.$|%2e%2e/.test(path));

  it.each(hostileIds)('A path that contains %j is rejected or not found', async (hostileId) => {
    for (const path of buildPaths(hostileId)) {
      const response = await sendAndReceive(
        `GET ${path.replaceAll(' ', '%20')} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n`,
      );
      expect([path, isHarmless(path, parseStatus(response))]).toEqual([path, true]);
      expect(response).not.toMatch(/root:|\[fonts\]|at \w+ \(|node_modules/);
    }
  });
});

describe('A client', () => {
  it('A client that never reads its download does not delay other calls', async () => {
    const urls = Array.from({ length: 20_000 }, (_, i) => `http://127.0.0.1:9/${i}.jpg`);
    const id = await fixture.app.api.uploadAccepted(fixture.buildCatalog(urls));
    const sockets = await Promise.all(Array.from({ length: 20 }, openSocket));
    await LivenessMonitor.during(fixture.app, async () => {
      for (const socket of sockets) {
        socket.pause();
        socket.write(`GET /download/${id}?partial=true HTTP/1.1\r\nhost: localhost\r\n\r\n`);
      }
      await sleep(1000);
      expect(await fixture.processUrls([fixture.validUrl])).toEqual({
        [fixture.validUrl]: 'completed',
      });
    });
    for (const socket of sockets) socket.destroy();
  });
});
