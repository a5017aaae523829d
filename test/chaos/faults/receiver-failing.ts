import type { Answer } from '../message-log.js';
import type { Fault } from '../run.js';

const accept: Answer = (response) => response.writeHead(204).end();
const status =
  (code: number, headers = {}): Answer =>
  (response) =>
    response.writeHead(code, headers).end();

const FAILURES: Record<string, Answer> = {
  'answers 500': status(500),
  'answers 503': status(503, { 'retry-after': '2' }),
  'answers 429': status(429, { 'retry-after': '2' }),
  'answers 404': status(404),
  redirects: status(302, { location: 'http://127.0.0.1:1/' }),
  'never answers': () => undefined,
  'resets the connection': (response) => response.socket?.resetAndDestroy(),
  'answers without end': (response) => {
    response.writeHead(200);
    const timer = setInterval(() => response.write('x'.repeat(1024)), 10);
    response.on('close', () => clearInterval(timer));
  },
  'speaks no HTTP': (response) => response.socket?.end('220 smtp ready\r\n'),
};

/** The receiver fails twice in each way, then accepts the message. Only 410 ends a delivery immediately. */
export const receiverFailing: Fault = {
  name: 'webhook receiver fails in each way',
  async inject(run) {
    const { receiver } = run.bench;
    for (const answer of Object.values(FAILURES)) {
      await run.client.upload(2, {
        before: ({ hook }) => receiver.answer(hook, answer, answer, accept),
      });
      run.countInjections(2);
    }
    await run.client.upload(2, {
      before: ({ hook }) => receiver.answer(hook, status(410), accept),
    });
    run.countInjections();
  },
};
