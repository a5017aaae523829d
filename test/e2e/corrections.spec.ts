import { Client } from 'pg';
import { describe, expect, it } from 'vitest';
import { neverRespond } from '../support/origin-behaviors.js';
import { createForm, ShopFixture } from '../support/shop-fixture.js';
import { readStrictCsv } from '../support/strict-csv.js';

const fixture = ShopFixture.forThisFile();

async function query<T>(sql: string, parameters: unknown[]): Promise<T[]> {
  const client = new Client({ connectionString: fixture.database.url });
  await client.connect();
  try {
    return (await client.query(sql, parameters)).rows as T[];
  } finally {
    await client.end();
  }
}

/** Returns the stored counters of the request, and the same counters computed from its images. */
async function countImages(id: string) {
  const [row] = await query<Record<string, number>>(
    `SELECT images_completed AS completed, images_failed AS failed, images_cancelled AS cancelled
     FROM processing_requests WHERE id = $1`,
    [id],
  );
  const statuses = await query<{ status: string; n: number }>(
    'SELECT status, count(*)::int AS n FROM images WHERE request_id = $1 GROUP BY status',
    [id],
  );
  const countOf = (status: string) => statuses.find((entry) => entry.status === status)?.n ?? 0;
  return {
    row,
    images: {
      completed: countOf('completed'),
      failed: countOf('failed'),
      cancelled: countOf('cancelled'),
    },
  };
}

async function expectExactCounters(id: string): Promise<void> {
  const { row, images } = await countImages(id);
  expect(row).toEqual(images);
}

const listEventTypes = async (id: string) =>
  (
    await query<{ event_type: string }>(
      'SELECT event_type FROM webhook_deliveries WHERE request_id = $1 ORDER BY created_at',
      [id],
    )
  ).map(({ event_type }) => event_type);

const postCorrections = (id: string, body: unknown) =>
  fixture.post(`/requests/${id}/corrections`, body);
const downloadErrors = async (id: string, query = '') =>
  (await fixture.getBytes(`/download/${id}/errors${query}`)).toString();

let uploadNumber = 0;

/** Uploads a Shopify file with a dead link, the same dead link again, and an invalid cell. */
async function uploadFailingFile() {
  uploadNumber += 1;
  const pathOf = (name: string) => `/${uploadNumber}/${name}.jpg`;
  const [goodUrl, variantUrl] = [
    await fixture.addImage(pathOf('good')),
    await fixture.addImage(pathOf('variant')),
  ];
  const goneUrl = fixture.origin.url(pathOf('gone'));
  const csv = [
    'Handle,Title,Image Src,Image Position,Variant Image',
    `mug,Mug,${goodUrl},1,${goneUrl}`,
    `clock,"Clock, big",${goneUrl},1,${variantUrl}`,
    `lamp,Lamp,lamp.jpg,1,`,
    `sofa,Sofa,,,`,
    '',
  ].join('\n');
  const id = await fixture.uploadAndWait(csv, { webhook_url: fixture.origin.url('/hook') });
  return { id, csv, goodUrl, variantUrl, goneUrl, pathOf };
}

describe('GET /download/:id/errors with several image columns', () => {
  it('GET /download/:id/errors with several image columns lists only failed images, including those rejected at upload', async () => {
    const { id, goneUrl } = await uploadFailingFile();
    const [header, ...rows] = readStrictCsv(await downloadErrors(id));
    expect(header.slice(-4)).toEqual(['Error Row', 'Error Column', 'Error Code', 'Error Message']);
    expect(rows.map((row) => row.slice(0, -1))).toEqual([
      ['mug', 'Mug', '', '1', goneUrl, '1', 'Variant Image', 'http_404'],
      ['clock', 'Clock, big', goneUrl, '1', '', '2', 'Image Src', 'http_404'],
      ['lamp', 'Lamp', 'lamp.jpg', '1', '', '3', 'Image Src', 'url_relative'],
    ]);
    await expectExactCounters(id);
  });
});

describe('GET /status/:id with several image columns', () => {
  it('GET /status/:id with several image columns names the column of each image', async () => {
    const { id } = await uploadFailingFile();
    const { products } = await fixture.app.api.getStatus(id);
    expect(products.map(({ images }) => images.map(({ column }) => column))).toEqual([
      ['Image Src', 'Variant Image'],
      ['Image Src', 'Variant Image'],
      ['Image Src'],
      [],
    ]);
  });
});

describe('POST /requests/:id/corrections', () => {
  it.each(['csv', 'xlsx'])(
    'POST /requests/:id/corrections with an edited %s errors file completes the output of the request',
    async (format) => {
      const { id, csv, goneUrl, pathOf } = await uploadFailingFile();
      const [fixedUrl, lampUrl] = [
        await fixture.addImage(pathOf('fixed')),
        await fixture.addImage(pathOf('lamp')),
      ];
      const editedCsv = (await downloadErrors(id))
        .replaceAll(goneUrl, fixedUrl)
        .replace(',lamp.jpg,', `,${lampUrl},`);
      let form = createForm(editedCsv, 'errors.csv');
      if (format === 'xlsx') {
        const copyId = await fixture.uploadAndWait(editedCsv);
        form = createForm(await fixture.getBytes(`/download/${copyId}?format=xlsx`), 'errors.xlsx');
      }
      const { status, body } = await postCorrections(id, form);
      expect(body).toEqual({ corrected: 3, unchanged: 0, problems: [], problem_count: 0 });
      expect(status).toBe(200);

      const { status: state, progress } = await fixture.app.api.waitUntilFinal(id);
      expect({ state, ...progress }).toMatchObject({ state: 'completed', completed: 5, failed: 0 });
      await expectExactCounters(id);
      expect(await listEventTypes(id)).toEqual(['request.completed', 'request.completed']);
      expect(readStrictCsv(await downloadErrors(id))).toHaveLength(1);

      const outputs = await fixture.findOutputUrls(id);
      const replacedText = (await fixture.getBytes(`/download/${id}?output=replace`)).toString();
      const expected = csv
        .replaceAll(goneUrl, outputs.get(fixedUrl)!)
        .replace('lamp.jpg', outputs.get(lampUrl)!);
      const restoredText = [...outputs].reduce(
        (text, [input, output]) => text.replaceAll(output, input),
        replacedText,
      );
      expect(restoredText).toBe(
        [...outputs].reduce((text, [input, output]) => text.replaceAll(output, input), expected),
      );
      const appendedRows = readStrictCsv(await fixture.getBytes(`/download/${id}`));
      expect(appendedRows.slice(1).map((row) => row.slice(-2))).toEqual([
        [expect.any(String), outputs.get(fixedUrl)],
        [outputs.get(fixedUrl), expect.any(String)],
        [outputs.get(lampUrl), ''],
        ['', ''],
      ]);

      const secondResponse = await postCorrections(id, createForm(editedCsv, 'errors.csv'));
      expect(secondResponse.body).toEqual({
        corrected: 0,
        unchanged: 3,
        problems: [],
        problem_count: 0,
      });
      expect(await fixture.app.api.getStatus(id, '?limit=0')).toMatchObject({
        status: 'completed',
      });
    },
  );

  it('POST /requests/:id/corrections accepts single corrections and lists as JSON while the request is running', async () => {
    const { id, pathOf } = await uploadFailingFile();
    const [slowUrl, lampUrl] = [
      fixture.origin.url(pathOf('slow')),
      await fixture.addImage(pathOf('lamp')),
    ];
    fixture.origin.on(pathOf('slow'), neverRespond());
    const first = { row: 1, column: 'Variant Image', position: 2, url: slowUrl };
    expect((await postCorrections(id, first)).body).toMatchObject({ corrected: 1, problems: [] });
    const second = { corrections: [{ row: 3, position: 1, url: lampUrl }, first] };
    expect((await postCorrections(id, second)).body).toMatchObject({ corrected: 1, unchanged: 1 });
    expect((await postCorrections(id, second)).body).toMatchObject({ corrected: 0, unchanged: 2 });
    const { body } = await fixture.post(`/requests/${id}/cancel`);
    expect(body).toMatchObject({ status: 'cancelled' });
    await expectExactCounters(id);
    expect((await postCorrections(id, first)).body).toMatchObject({
      code: 'request_cancelled',
      status: 409,
    });
  });

  it('POST /requests/:id/corrections reports each entry that cannot be applied, and applies the others', async () => {
    const { id, goodUrl, pathOf } = await uploadFailingFile();
    const lampUrl = await fixture.addImage(pathOf('lamp'));
    const { body } = await postCorrections(id, {
      corrections: [
        { row: 1, position: 1, url: lampUrl },
        { row: 1, position: 2, url: 'ftp://shop.example/mug.jpg' },
        { row: 2, position: 1, column: 'Variant Image', url: lampUrl },
        { row: 9, position: 1, url: lampUrl },
        { row: 1, position: 1, url: goodUrl },
        { row: 3, position: 1, url: lampUrl },
      ],
    });
    const problems = body.problems as { code: string }[];
    expect(problems.map(({ code }) => code)).toEqual([
      'correction_not_failed',
      'url_scheme',
      'correction_image_unknown',
      'correction_image_unknown',
    ]);
    expect(body).toMatchObject({ corrected: 1, unchanged: 1, problem_count: 4 });
    await fixture.app.api.waitUntilFinal(id);
    await expectExactCounters(id);
  });

  it('POST /requests/:id/corrections reports the rows of a file that do not match the failed images', async () => {
    const { id, goneUrl, pathOf } = await uploadFailingFile();
    const fixedUrl = await fixture.addImage(pathOf('fixed'));
    const file = [
      'Image Src,Variant Image,Error Row',
      `,"${fixedUrl},${fixedUrl}",1`,
      `${fixedUrl},${fixedUrl},2`,
      `${fixedUrl},,seven`,
      `lamp.jpg,,3`,
      '',
    ].join('\n');
    const { body } = await postCorrections(id, createForm(file, 'errors.csv'));
    const problems = body.problems as { code: string; line: number }[];
    expect(problems.map(({ code, line }) => [line, code])).toEqual([
      [2, 'correction_count_differs'],
      [3, 'correction_not_failed'],
      [4, 'correction_row_invalid'],
    ]);
    expect(body).toMatchObject({ corrected: 1, unchanged: 1 });
    await fixture.app.api.waitUntilFinal(id);
    const [, mug, lamp] = readStrictCsv(await downloadErrors(id));
    expect([mug[4], lamp[2]]).toEqual([goneUrl, 'lamp.jpg']);
  });

  it.each([
    [400, 'invalid_parameter', { row: 0, position: 1, url: 'https://a.example/1.jpg' }],
    [400, 'invalid_parameter', { row: 1, position: 1 }],
    [400, 'invalid_parameter', { row: 1, position: 1, url: 'https://a.example/1.jpg', more: 1 }],
    [400, 'invalid_parameter', { corrections: [] }],
    [400, 'invalid_parameter', { corrections: 'x' }],
    [400, 'invalid_parameter', { corrections: Array.from({ length: 1001 }, () => ({})) }],
    [400, 'corrections_missing', undefined],
    [
      400,
      'correction_row_missing',
      createForm(`Image Src,SKU\nhttps://a.example/1.jpg,1\n`, 'x.csv'),
    ],
    [400, 'correction_column_missing', createForm('Error Row,SKU\n1,1\n', 'x.csv')],
    [415, 'html_page', createForm('<!doctype html><title>x</title>', 'x.csv')],
    [400, 'corrections_missing', new FormData()],
  ])(
    'POST /requests/:id/corrections returns %i (%s) and changes nothing (case $#)',
    async (status, code, corrections) => {
      const { id } = await uploadFailingFile();
      const response = await postCorrections(id, corrections);
      expect(response.body).toMatchObject({ status, code });
      expect(await fixture.app.api.getStatus(id, '?limit=0')).toMatchObject({
        status: 'completed',
      });
    },
  );

  it('POST /requests/:id/corrections returns 404 for a deleted request', async () => {
    const { id } = await uploadFailingFile();
    await fixture.app.api.call(`/requests/${id}`, { method: 'DELETE' });
    const { body } = await postCorrections(id, {
      row: 1,
      position: 2,
      url: 'https://a.example/1.jpg',
    });
    expect(body).toMatchObject({ status: 404, code: 'request_not_found' });
  });

  it('POST /requests/:id/corrections keeps counters and corrections when the app is killed', async () => {
    uploadNumber += 1;
    const pathOf = (name: string) => `/${uploadNumber}/${name}.jpg`;
    const names = Array.from({ length: 60 }, (_, n) => `k${n}`);
    const rows = names.map((name, n) => `${n},Product ${n},${fixture.origin.url(pathOf(name))}`);
    const id = await fixture.uploadAndWait(['SKU,Name,Image', ...rows, ''].join('\n'));
    expect((await countImages(id)).row).toMatchObject({ failed: 60 });
    const errors = (await downloadErrors(id)).replaceAll(/k(\d+)\.jpg/g, 'fixed$1.jpg');
    for (let n = 0; n < 60; n++) await fixture.addImage(pathOf(`fixed${n}`));

    const pendingCall = postCorrections(id, createForm(errors, 'errors.csv')).catch(
      () => undefined,
    );
    await fixture.crashAndRestart();
    await pendingCall;
    const { body } = await postCorrections(id, createForm(errors, 'errors.csv'));
    expect(Number(body.corrected) + Number(body.unchanged)).toBe(60);
    const { progress } = await fixture.app.api.waitUntilFinal(id);
    expect(progress).toMatchObject({ completed: 60, failed: 0 });
    await expectExactCounters(id);
  });

  it('POST /requests/:id/corrections keeps the counters correct while corrections, retries and a cancellation run concurrently', async () => {
    for (let round = 0; round < 5; round++) {
      const { id, pathOf } = await uploadFailingFile();
      const fixedUrl = await fixture.addImage(pathOf('fixed'));
      const correction = { row: 1, position: 2, url: fixedUrl };
      const calls = await Promise.all([
        postCorrections(id, correction),
        postCorrections(id, correction),
        fixture.post(`/requests/${id}/retry?code=http_404`),
        fixture.post(`/requests/${id}/retry`),
        fixture.post(`/requests/${id}/cancel`),
      ]);
      for (const { status } of calls) expect([200, 202, 409]).toContain(status);
      await fixture.app.api.waitUntilFinal(id);
      await expect
        .poll(async () => (await countImages(id)).images)
        .toEqual((await countImages(id)).row);
    }
  });
});

describe('POST /requests/:id/retry with a failure code', () => {
  it.each([
    ['?code=http_404', undefined],
    ['', { code: 'http_404' }],
  ])(
    'POST /requests/:id/retry with a failure code retries only images with this code: %s %j',
    async (queryString, body) => {
      const { id, pathOf } = await uploadFailingFile();
      const fixedUrl = await fixture.addImage(pathOf('unused'));
      fixture.origin.on(pathOf('gone'), (_request, response) => {
        response.writeHead(302, { location: fixedUrl }).end();
      });
      const response = await fixture.post(`/requests/${id}/retry${queryString}`, body);
      expect(response).toMatchObject({ status: 202, body: { status: 'pending' } });
      const { progress } = await fixture.app.api.waitUntilFinal(id);
      expect(progress).toMatchObject({ completed: 4, failed: 1 });
      await expectExactCounters(id);
    },
  );

  it('POST /requests/:id/retry rejects invalid failure codes, and codes that no image has', async () => {
    const { id } = await uploadFailingFile();
    const unusedCode = await fixture.post(`/requests/${id}/retry?code=timed_out`);
    expect(unusedCode.body).toMatchObject({ status: 409, code: 'nothing_to_retry' });
    const malformedCode = await fixture.post(`/requests/${id}/retry?code=a%20b`);
    expect(malformedCode.body).toMatchObject({ status: 400, code: 'invalid_parameter' });
    const unknownParameter = await fixture.post(`/requests/${id}/retry?codes=timed_out`);
    expect(unknownParameter.body).toMatchObject({ status: 400, code: 'invalid_parameter' });
  });
});
