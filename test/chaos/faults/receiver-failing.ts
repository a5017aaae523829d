import type { Responder } from '../message-log.js';
import type { Fault } from '../run.js';

const accept: Responder = (response) => response.writeHead(204).end();
const respondWith =
  (code: number, headers = {}): Responder =>
  (response) =>
    response.writeHead(code, headers).end();

const FAILURES: Record<string, Responder> = {
  'returns 500': respondWith(500),
  'returns 503': respondWith(503, { 'retry-after': '2' }),
  'returns 429': respondWith(429, { 'retry-after': '2' }),
  'returns 404': respondWith(404),
  redirects: respondWith(302, { location: 'http://127.0.0.1:1/' }),
  'never responds': () => undefined,
  'resets the connection': (response) => response.socket?.resetAndDestroy(),
  'sends an endless response': (response) => {
    response.writeHead(200);
    const timer = setInterval(() => response.write('x'.repeat(1024)), 10);
    response.on('close', () => clearInterval(timer));
  },
  'does not speak HTTP': (response) => response.socket?.end('220 smtp ready\r\n'),
};

/** The receiver fails twice in each way and then accepts the message. Only 410 ends a delivery immediately. */
export const receiverFailing: Fault = {
  name: 'webhook receiver fails in each way',
  async inject(run) {
    const { receiver } = run.fixture;
    for (const fail of Object.values(FAILURES)) {
      await run.client.upload(2, {
        beforeUpload: ({ hookPath }) => receiver.respondWith(hookPath, fail, fail, accept),
      });
      run.countInjections(2);
    }
    await run.client.upload(2, {
      beforeUpload: ({ hookPath }) => receiver.respondWith(hookPath, respondWith(410), accept),
    });
    run.countInjections();
  },
};
