import type { Answer } from '../message-log.js';
import type { Fault } from '../run.js';

const accepted: Answer = (response) => response.writeHead(204).end();
const status =
  (code: number, headers = {}): Answer =>
  (response) =>
    response.writeHead(code, headers).end();

const WAYS: Record<string, Answer> = {
  'answers 500': status(500),
  'answers 503': status(503, { 'retry-after': '2' }),
  'answers 429': status(429, { 'retry-after': '2' }),
  'answers 404': status(404),
  redirects: status(302, { location: 'http://127.0.0.1:1/' }),
  'never answers': () => undefined,
  'cuts the connection': (response) => response.socket?.resetAndDestroy(),
  'answers without end': (response) => {
    response.writeHead(200);
    const timer = setInterval(() => response.write('x'.repeat(1024)), 10);
    response.on('close', () => clearInterval(timer));
  },
  'speaks no HTTP': (response) => response.socket?.end('220 smtp ready\r\n'),
};

/** The receiver fails twice in each way, then takes the message. Only 410 ends a delivery for good. */
export const receiverFailing: Fault = {
  name: 'a receiver fails in each way',
  async inject(run) {
    const { receiver } = run.bench;
    for (const answer of Object.values(WAYS)) {
      await run.merchant.upload(2, {
        before: ({ hook }) => receiver.answer(hook, answer, answer, accepted),
      });
      run.injected(2);
    }
    await run.merchant.upload(2, {
      before: ({ hook }) => receiver.answer(hook, status(410), accepted),
    });
    run.injected();
  },
};
