import { describe, expect, it } from 'vitest';
import { rewriteHead } from './lenient-head.js';

const rewriteLines = (...lines: string[]) =>
  rewriteHead(lines.join('\r\n'), 'shop.example').split('\r\n');
const OK = 'HTTP/1.1 200 OK';

describe('rewriteHead()', () => {
  it('rewriteHead() drops malformed lines and keeps valid ones', () => {
    expect(
      rewriteLines(OK, 'X-Frame-Options="ALLOW-FORM: a"', 'nonsense', ': b', 'X Y: c', 'ETag: "1"'),
    ).toEqual(['HTTP/1.1 200 ', 'ETag: "1"', 'Connection: close', '', '']);
  });

  it('rewriteHead() accepts LF line endings, folded lines, control characters and spaces', () => {
    const head = 'HTTP/1.1 200 OK\nX: a\n b\nY: c\u0001d  \nContent-Type : image/jpeg';
    expect(rewriteHead(head, 'h').split('\r\n')).toEqual([
      'HTTP/1.1 200 ',
      'X: a b',
      'Y: c d',
      'Content-Type: image/jpeg',
      'Connection: close',
      '',
      '',
    ]);
  });

  it.each(['HTTP/1.1 200OK', 'HTTP/1.1 200', 'http/1.1  200 OK', 'HTTP/1.1 200 Trouv\xe9'])(
    'rewriteHead() accepts the status line "%s"',
    (line) => {
      expect(rewriteLines(line, 'ETag: "1"')[0]).toBe('HTTP/1.1 200 ');
    },
  );

  it.each([
    ['one length', ['Content-Length: 5'], 'Content-Length: 5'],
    ['the same length twice', ['Content-Length: 5', 'content-length: 5, 5'], 'Content-Length: 5'],
    ['an invalid length', ['Content-Length: abc'], undefined],
    ['an empty length', ['Content-Length:'], undefined],
    ['a chunked coding', ['Transfer-Encoding: Chunked'], 'Transfer-Encoding: chunked'],
    ['an identity coding', ['Transfer-Encoding: identity'], undefined],
  ])('rewriteHead() keeps only valid framing headers (%s)', (_description, lines, expected) => {
    expect(rewriteLines(OK, ...lines).find((line) => /length|transfer/i.test(line))).toBe(expected);
  });

  it.each([
    ['a length and a coding', 'Content-Length: 5', 'Transfer-Encoding: chunked'],
    ['two lengths', 'Content-Length: 5', 'Content-Length: 6'],
    ['two lengths in one line', 'Content-Length: 5, 6'],
    ['an unknown coding', 'Transfer-Encoding: gzip, chunked'],
    ['a space before the colon', 'Content-Length : 5'],
    ['a character before the name', '\u000BTransfer-Encoding: chunked'],
    ['an equals sign instead of a colon', 'Content-Length = 5'],
    ['a folded coding', 'Transfer-Encoding:', ' chunked, x'],
  ])(
    'rewriteHead() rejects contradictory or hidden framing headers (%s)',
    (_description, ...lines) => {
      expect(() => rewriteLines(OK, ...lines)).toThrow(
        expect.objectContaining({ code: 'response_invalid', retry: 'never' }),
      );
    },
  );

  it.each(['220 smtp ready', 'HTTP/1.1 abc OK', '', 'SSH-2.0-OpenSSH_9.6', '<html>'])(
    'rewriteHead() rejects data that is not HTTP ("%s")',
    (line) => {
      expect(() => rewriteLines(line)).toThrow(
        expect.objectContaining({ code: 'response_invalid' }),
      );
    },
  );
});
