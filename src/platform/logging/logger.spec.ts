import { Writable } from 'node:stream';
import { assert, constantFrom, property, string } from 'fast-check';
import type { Logger } from 'pino';
import { describe, expect, it } from 'vitest';
import { urlWithSecret, URL_SECRET } from '../../../test/support/urls-with-secret.js';
import { withLogContext } from './log-context.js';
import { formatUrlForLog } from './logged-url.js';
import { createLogger } from './logger.js';

/** Returns the text that the logger outputs while `write` runs. */
function captureLog(format: 'json' | 'pretty', write: (log: Logger) => void, fields = {}): string {
  let text = '';
  const output = new Writable({
    write(chunk: Buffer, _encoding, done) {
      text += chunk.toString('utf8');
      done();
    },
  });
  write(createLogger('info', format, [], output, fields));
  return text;
}

it('createLogger() does not carry fields over from one log line to the next', () => {
  const text = captureLog('json', (log) =>
    withLogContext({ image_id: '7' }, () => {
      log.warn({ code: 'http_503' }, 'Image is retried');
      log.info('Request completed');
    }),
  );
  const lines = text.trimEnd().split('\n');
  expect(lines.map((line) => JSON.parse(line) as object)).toEqual([
    expect.objectContaining({ image_id: '7', code: 'http_503' }),
    { level: 'info', time: expect.any(String), image_id: '7', msg: 'Request completed' },
  ]);
});

describe('createLogger()', () => {
  const fields = { instance: 'worker-1:7', version: '1.2.3', role: 'worker' };

  it('createLogger() adds the fields of the process to every JSON line', () => {
    const text = captureLog('json', (log) => log.info('Started'), fields);
    expect(JSON.parse(text)).toMatchObject({ ...fields, msg: 'Started' });
  });

  it('createLogger() omits the fields of the process in the pretty format', () => {
    const text = captureLog('pretty', (log) => log.info('Started'), fields);
    expect(text).toContain('Started');
    expect(text).not.toContain('worker');
  });
});

describe('createLogger() for URLs with secrets', () => {
  it.each(['json', 'pretty'] as const)(
    'createLogger() never writes the secret of a URL in the %s format',
    (format) => {
      assert(
        property(urlWithSecret('shop.example'), (url) => {
          const cause = new TypeError(`fetch ${url} failed`);
          const err = new Error(`GET "${url}": 500, later`, { cause });
          const text = captureLog(format, (log) => {
            log.warn({ input_url: formatUrlForLog(url) }, 'Image failed');
            log.warn({ input_url: url, more: { urls: [url, `<${url}>`] } }, 'Image failed');
            log.error({ err }, `${url} failed`);
            log.error({ err: new Error(url) }, `Image of ${url}`);
          });
          expect(text).toContain('shop.example');
          expect(text).not.toContain(URL_SECRET);
        }),
        { numRuns: 500 },
      );
    },
  );
});

describe('createLogger() in the pretty format', () => {
  const unprintable = /[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/u;

  it('createLogger() writes any message as one line without control characters in the pretty format', () => {
    const textWithControls = string({
      unit: constantFrom('a', '\u001B[31m', '\r', '\n', '\u009B', '\u202E'),
    });
    assert(
      property(textWithControls, (message) => {
        const text = captureLog('pretty', (log) => log.info(`begin ${message} end`));
        expect(text.trimEnd()).toMatch(/^\[.*\] INFO: begin .* end$/);
        expect(unprintable.test(text.trimEnd())).toBe(false);
      }),
    );
  });

  it('createLogger() escapes line breaks in an error message and keeps stack frames on separate lines in the pretty format', () => {
    const err = new Error('broken\n[12:00:00.000] INFO: forged \u001B[2J');
    const lines = captureLog('pretty', (log) => log.error({ err }, 'It failed')).split('\n');
    expect(lines.filter((line) => line.includes('forged')).length).toBeGreaterThan(0);
    expect(lines.filter((line) => /^\s*\[12:00/.test(line))).toEqual([]);
    expect(lines.filter((line) => unprintable.test(line))).toEqual([]);
    expect(lines.some((line) => /^\s+at .*logger\.spec/.test(line))).toBe(true);
  });
});
