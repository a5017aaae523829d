import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readEnv } from './env.js';
import { readRequestHeaders } from './request-headers-file.js';
import { listSecrets } from './secrets.js';

let folder: string;
let path: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'pressroom-headers-'));
  path = join(folder, 'headers.json');
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('readRequestHeaders()', () => {
  it('readRequestHeaders() reads hosts and their headers', () => {
    writeFileSync(path, JSON.stringify({ 'Shop.example': { 'X-Key': 'k' }, '*': {} }));
    expect(readRequestHeaders(path)).toEqual([
      { host: 'shop.example', headers: { 'X-Key': 'k' } },
      { host: '*', headers: {} },
    ]);
    expect(readRequestHeaders('')).toEqual([]);
  });

  it.each([
    ['text that is not JSON', '{"shop.example": {"X-Key": topsecret}}', /is not valid JSON$/],
    ['a JSON array', '["topsecret"]', /is not a JSON object whose keys are hosts/],
    ['a URL instead of a host', '{"https://shop.example/": {}}', /is not a host/],
    [
      'a host with a string instead of headers',
      '{"shop.example": "topsecret"}',
      /is not a JSON object of header names/,
    ],
    [
      'a header name with a space',
      '{"shop.example": {"X Key": "topsecret"}}',
      /not a valid header name/,
    ],
    ['a reserved header', '{"*": {"Host": "topsecret"}}', /can't be set/],
    [
      'a header value with a line break',
      '{"*": {"X-Key": "topsecret\\r\\nX: y"}}',
      /ASCII characters/,
    ],
    ['a numeric header value', '{"*": {"X-Key": 1}}', /ASCII characters/],
  ])(
    'readEnv() rejects a REQUEST_HEADERS_FILE with %s, without quoting a value',
    (_description, text, reason) => {
      writeFileSync(path, text);
      expect(() => readEnv({ REQUEST_HEADERS_FILE: path })).toThrow(reason);
      expect(() => readEnv({ REQUEST_HEADERS_FILE: path })).not.toThrow(/topsecret/);
    },
  );

  it('readEnv() rejects a REQUEST_HEADERS_FILE that does not exist', () => {
    expect(() => readEnv({ REQUEST_HEADERS_FILE: join(folder, 'absent') })).toThrow(/ENOENT/);
  });

  it('listSecrets() includes the header values of REQUEST_HEADERS_FILE', () => {
    writeFileSync(path, JSON.stringify({ 'shop.example': { Authorization: 'Bearer topsecret' } }));
    const secrets = listSecrets(readEnv({ REQUEST_HEADERS_FILE: path }));
    expect(secrets).toEqual(expect.arrayContaining(['Bearer topsecret', 'topsecret']));
  });
});
