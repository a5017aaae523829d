import { Writable } from 'node:stream';
import { assert, constantFrom, property, string } from 'fast-check';
import type { Logger } from 'pino';
import { describe, expect, it } from 'vitest';
import { urlWithSecret, URL_SECRET } from '../../../test/support/urls-with-secret.js';
import { withLogContext } from './log-context.js';
import { formatUrlForLog } from './logged-url.js';
import { createLogger } from './logger.js';

/** Returns the output of the logger for `write`. */
function logged(format: 'json' | 'pretty', write: (log: Logger) => void, fields = {}): string {
  let out = '';
  const output = new Writable({
    write(chunk: Buffer, _encoding, done) {
      out += chunk.toString('utf8');
      done();
    },
  });
  write(createLogger('info', format, [], output, fields));
  return out;
}

it('A field of one log line does not appear in the next line', () => {
  const out = logged('json', (log) =>
    withLogContext({ image_id: '7' }, () => {
      log.warn({ code: 'http_503' }, 'Image is tried again');
      log.info('Request completed');
    }),
  );
  const lines = out.trimEnd().split('\n');
  expect(lines.map((line) => JSON.parse(line) as object)).toEqual([
    expect.objectContaining({ image_id: '7', code: 'http_503' }),
    { level: 'info', time: expect.any(String), image_id: '7', msg: 'Request completed' },
  ]);
});

describe('createLogger()', () => {
  const fields = { instance: 'worker-1:7', version: '1.2.3', role: 'worker' };

  it('createLogger() adds the fields of the process to every JSON line', () => {
    const out = logged('json', (log) => log.info('Started'), fields);
    expect(JSON.parse(out)).toMatchObject({ ...fields, msg: 'Started' });
  });

  it('createLogger() omits the fields of the process in the pretty format', () => {
    const out = logged('pretty', (log) => log.info('Started'), fields);
    expect(out).toContain('Started');
    expect(out).not.toContain('worker');
  });
});

describe('A URL with a secret', () => {
  it.each(['json', 'pretty'] as const)(
    'A URL with a secret never appears in a log line of format %s',
    (format) => {
      assert(
        property(urlWithSecret('shop.example'), (url) => {
          const cause = new TypeError(`fetch ${url} failed`);
          const err = new Error(`GET "${url}": 500, later`, { cause });
          const out = logged(format, (log) => {
            log.warn({ input_url: formatUrlForLog(url) }, 'Image failed');
            log.warn({ input_url: url, more: { urls: [url, `<${url}>`] } }, 'Image failed');
            log.error({ err }, `${url} failed`);
            log.error({ err: new Error(url) }, `Image of ${url}`);
          });
          expect(out).toContain('shop.example');
          expect(out).not.toContain(URL_SECRET);
        }),
        { numRuns: 500 },
      );
    },
  );
});

describe('The pretty log format', () => {
  const unprintable = /[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/u;

  it('The pretty log format keeps any message on one line without control characters', () => {
    const odd = string({ unit: constantFrom('a', '\u001B[31m', '\r', '\n', '\u009B', '\u202E') });
    assert(
      property(odd, (text) => {
        const out = logged('pretty', (log) => log.info(`begin ${text} end`));
        expect(out.trimEnd()).toMatch(/^\[.*\] INFO: begin .* end$/);
        expect(unprintable.test(out.trimEnd())).toBe(false);
      }),
    );
  });

  it('The pretty log format escapes line breaks in an error message, and writes stack frames as lines', () => {
    const err = new Error('broken\n[12:00:00.000] INFO: forged \u001B[2J');
    const lines = logged('pretty', (log) => log.error({ err }, 'It failed')).split('\n');
    expect(lines.filter((line) => line.includes('forged')).length).toBeGreaterThan(0);
    expect(lines.filter((line) => /^\s*\[12:00/.test(line))).toEqual([]);
    expect(lines.filter((line) => unprintable.test(line))).toEqual([]);
    expect(lines.some((line) => /^\s+at .*logger\.spec/.test(line))).toBe(true);
  });
});
