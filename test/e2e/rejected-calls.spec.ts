import { describe, expect, it } from 'vitest';
import { Scenario } from '../support/scenario.js';

const CSV = 'S. No.,Product Name,Input Image Urls\n1,SKU1,http://127.0.0.1:9/1.jpg\n';
const ID = '01890a5d-ac96-774b-bcce-b302099a8057';

const scenario = Scenario.forThisFile();

async function call(path: string, init: RequestInit = {}) {
  const response = await fetch(scenario.app.url + path, init);
  const text = await response.text();
  const { status, headers } = response;
  const isJson = headers.get('content-type')?.includes('json');
  return { status, headers, body: (isJson ? JSON.parse(text) : {}) as Record<string, unknown> };
}

function buildForm(fields: Record<string, string> = {}): FormData {
  const data = new FormData();
  for (const [name, value] of Object.entries(fields)) data.set(name, value);
  data.set('file', new Blob([CSV]), 'products.csv');
  return data;
}

describe('An unsupported method', () => {
  it.each([
    ['GET', '/upload', 'POST'],
    ['PUT', `/status/${ID}`, 'GET, HEAD'],
    ['DELETE', `/download/${ID}/`, 'GET, HEAD'],
    ['OPTIONS', '/webhook', 'GET, HEAD, POST'],
    ['POST', '/docs-json', 'GET, HEAD'],
  ])(
    'An unsupported method returns 405 and lists the supported methods: %s %s',
    async (method, path, allow) => {
      const { status, headers, body } = await call(path, { method });
      expect([status, headers.get('allow'), body.code]).toEqual([405, allow, 'method_not_allowed']);
      expect(body.detail).toContain(allow);
    },
  );

  it('An unsupported method returns 404 for a path that does not exist', async () => {
    const { status, headers, body } = await call('/nope', { method: 'PUT' });
    expect([status, headers.get('allow'), body.code]).toEqual([404, null, 'not_found']);
    expect(body.detail).toContain('/docs');
  });
});

describe('A control character', () => {
  it('A control character in webhook_url is rejected', async () => {
    for (const character of ['\0', '\n', '\t', '\x7f']) {
      const body = buildForm({ webhook_url: `https://shop.example.com/hook${character}x` });
      const response = await call('/upload', { method: 'POST', body });
      expect([response.status, response.body.code]).toEqual([400, 'invalid_parameter']);
    }
  });

  it('A control character in the search parameter of GET /requests is rejected', async () => {
    const { status, body } = await call('/requests?search=a%00b');
    expect([status, body.code]).toEqual([400, 'invalid_parameter']);
  });
});

describe('An upload without API keys', () => {
  const upload = (headers: Record<string, string>) =>
    call('/upload', { method: 'POST', body: buildForm({ dry_run: 'true' }), headers });

  it.each<Record<string, string>>([
    { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' },
    { origin: 'https://evil.example' },
    { origin: 'null' },
    // Browsers send this for another port on the same host.
    { 'sec-fetch-site': 'same-site', origin: 'http://localhost:9999' },
    { 'sec-fetch-site': 'cross-site' },
  ])(
    'A cross-site upload from a browser is rejected if no API keys are set: %j',
    async (headers) => {
      const { status, body } = await upload(headers);
      expect([status, body.code]).toEqual([403, 'cross_site_call']);
    },
  );

  it('An upload from the same origin or from a client other than a browser is accepted if no API keys are set', async () => {
    expect((await upload({})).status).toBe(200);
    expect((await upload({ origin: scenario.app.url })).status).toBe(200);
    expect(
      (await upload({ 'sec-fetch-site': 'same-origin', origin: scenario.app.url })).status,
    ).toBe(200);
    // The browser sends the address that the user entered, and the proxy forwards it.
    const proxiedHeaders = { 'sec-fetch-site': 'same-origin', origin: 'https://press.example' };
    expect((await upload(proxiedHeaders)).status).toBe(200);
    expect((await upload({ 'sec-fetch-site': 'none' })).status).toBe(200);
    expect((await upload({ 'sec-fetch-site': 'same-site', origin: scenario.app.url })).status).toBe(
      200,
    );
    expect((await call('/requests', { headers: { 'sec-fetch-site': 'cross-site' } })).status).toBe(
      200,
    );
  });
});
