import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { expect, it } from 'vitest';
import { withLogContext } from './log-context.js';
import { createLogger } from './logger.js';

it('a field of one line does not appear in the next of the same work', async () => {
  const out = new PassThrough();
  const log = createLogger('info', 'json', [], out);
  withLogContext({ image_id: '7' }, () => {
    log.warn({ code: 'http_503' }, 'Image is tried again');
    log.info('Request completed');
  });
  out.end();
  const lines = (await text(out)).trimEnd().split('\n');
  expect(lines.map((line) => JSON.parse(line) as object)).toEqual([
    expect.objectContaining({ image_id: '7', code: 'http_503' }),
    { level: 'info', time: expect.any(String), image_id: '7', msg: 'Request completed' },
  ]);
});
