import { beforeAll, describe, expect, it } from 'vitest';
import { serveFile } from '../support/origin-behaviors.js';
import { photograph } from '../support/sample-images.js';
import { Scenario } from '../support/scenario.js';

const ADMIN_KEY = 'ops-key-0123456789';
const scenario = Scenario.forThisFile({
  origin: true,
  env: { ADMIN_API_KEY: `ops:${ADMIN_KEY}` },
});

const OUTPUTS = JSON.stringify([
  { name: 'large', format: 'webp', width: 120 },
  { name: 'small', format: 'webp', width: 60 },
]);
const PATHS = ['/1.jpg', '/2.jpg', '/3.jpg'];
const buildCatalog = () =>
  [
    'S. No.,Product Name,Input Image Urls',
    ...PATHS.map((path, i) => `${i + 1},SKU${i + 1},${scenario.origin.url(path)}`),
  ].join('\n');

beforeAll(async () => {
  for (const [i, path] of PATHS.entries()) {
    const photo = await photograph(160, 120 + i)
      .jpeg({ quality: 90 })
      .toBuffer();
    scenario.origin.on(path, serveFile(photo));
  }
});

async function uploadFields(fields: [name: string, value: string][]) {
  const form = new FormData();
  for (const [name, value] of fields) form.append(name, value);
  form.append('file', new Blob([buildCatalog()], { type: 'text/csv' }), 'products.csv');
  const response = await scenario.api.call('/upload', { method: 'POST', body: form });
  return { status: response.status, body: (await response.json()) as { code: string } };
}

describe('POST /upload with hostile options', () => {
  const nestArrays = (depth: number) => '['.repeat(depth) + ']'.repeat(depth);
  const repeatPreset = (count: number) => Array.from({ length: count }, () => ['preset', 'google']);
  const largeOutputs = JSON.stringify([{ name: 'a', background: 'x'.repeat(1_000_000) }]);
  const duplicateNames = JSON.stringify([{ name: 'Large' }, { name: 'large' }]);
  const hugeOutputs = Array.from({ length: 10 }, (_, i) => ({ name: `o${i}`, width: 16_384 }));

  it.each([
    ['outputs of 1 MB', [['outputs', largeOutputs]], 'form_invalid'],
    ['a thousand preset fields', repeatPreset(1000), 'form_invalid'],
    ['a hundred preset fields', repeatPreset(100), 'invalid_parameter'],
    ['a thousand presets in one field', [['preset', 'google,'.repeat(1000)]], 'invalid_parameter'],
    ['8,000 nested arrays as outputs', [['outputs', nestArrays(8000)]], 'invalid_parameter'],
    ['output names that differ only in case', [['outputs', duplicateNames]], 'invalid_parameter'],
    [
      'ten outputs of 16,384 pixels',
      [['outputs', JSON.stringify(hugeOutputs)]],
      'invalid_parameter',
    ],
    ['a template with ../', [['filename_template', '../../{sku}']], 'invalid_parameter'],
    ['a misspelled option', [['out_puts', OUTPUTS]], 'unknown_option'],
  ] as [string, [string, string][], string][])(
    'POST /upload with hostile options rejects %s',
    async (_, fields, code) => {
      const { status, body } = await uploadFields(fields);
      expect(body).toMatchObject({ code });
      expect(status).toBe(400);
    },
  );

  it('POST /upload with a misspelled option suggests only the similar option', async () => {
    const { body } = await uploadFields([['out_puts', OUTPUTS]]);
    expect(body).toMatchObject({
      detail:
        'There is no option "out_puts". Did you mean outputs? The /docs page of this server describes all options.',
    });
  });
});

describe('A request with several outputs', () => {
  it('A request with several outputs waits while its origin is paused, and completes every output afterward', async () => {
    const { host } = new URL(scenario.origin.url('/'));
    const operator = scenario.api.withKey(ADMIN_KEY);
    const pauseResponse = await operator.call('/operator/pauses', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ kind: 'origin', name: host, reason: '' }),
    });
    expect(pauseResponse.ok).toBe(true);
    const id = await scenario.api.uploadAccepted(buildCatalog(), { outputs: OUTPUTS });
    expect((await scenario.api.getStatus(id)).progress).toMatchObject({ completed: 0, failed: 0 });
    const query = new URLSearchParams({ kind: 'origin', name: host });
    await operator.call(`/operator/pauses?${query.toString()}`, { method: 'DELETE' });
    const status = await scenario.api.waitUntilFinal(id);
    expect(status.progress).toMatchObject({ completed: 3, failed: 0 });
    const { body } = await scenario.api.getJson<{ outputs: { bytes_out: number }[] }>(
      `/status/${id}`,
    );
    expect(body.outputs.every(({ bytes_out }) => bytes_out > 0)).toBe(true);
  });

  it('A report is complete even if clients disconnect, and is deleted with its request', async () => {
    const id = await scenario.api.uploadAccepted(buildCatalog(), { outputs: OUTPUTS });
    await scenario.api.waitUntilFinal(id);
    const url = `/requests/${id}/report`;
    const abortedCalls = Array.from({ length: 8 }, async () => {
      const controller = new AbortController();
      const response = scenario.api.call(url, { signal: controller.signal });
      controller.abort();
      return response.then(
        () => 'responded',
        () => 'aborted',
      );
    });
    expect(new Set(await Promise.all(abortedCalls))).toEqual(new Set(['aborted']));
    expect((await scenario.api.getJson(url)).body).toMatchObject({ images: 3, completed: 3 });

    const reportCalls = Array.from({ length: 8 }, () => scenario.api.get(url));
    const deletion = scenario.api.call(`/requests/${id}`, { method: 'DELETE' });
    const statuses = (await Promise.all(reportCalls)).map(({ status }) => status);
    expect(statuses.every((status) => status === 200 || status === 404)).toBe(true);
    expect((await deletion).status).toBe(204);
    expect((await scenario.api.get(url)).status).toBe(404);
  });
});
