import { Client } from 'pg';
import { describe, expect, it } from 'vitest';
import { neverRespond } from '../support/origin-behaviors.js';
import { createForm, ShopFixture } from '../support/shop-fixture.js';
import { readStrictCsv } from '../support/strict-csv.js';

const bench = ShopFixture.forThisFile();

async function query<T>(sql: string, parameters: unknown[]): Promise<T[]> {
  const client = new Client({ connectionString: bench.database.url });
  await client.connect();
  try {
    return (await client.query(sql, parameters)).rows as T[];
  } finally {
    await client.end();
  }
}

/** Returns the counters of the request, and those computed from its images. */
async function counts(id: string) {
  const [row] = await query<Record<string, number>>(
    `SELECT images_completed AS completed, images_failed AS failed, images_cancelled AS cancelled
     FROM processing_requests WHERE id = $1`,
    [id],
  );
  const statuses = await query<{ status: string; n: number }>(
    'SELECT status, count(*)::int AS n FROM images WHERE request_id = $1 GROUP BY status',
    [id],
  );
  const of = (status: string) => statuses.find((counted) => counted.status === status)?.n ?? 0;
  return {
    row,
    images: { completed: of('completed'), failed: of('failed'), cancelled: of('cancelled') },
  };
}

async function expectExactCounters(id: string): Promise<void> {
  const { row, images } = await counts(id);
  expect(row).toEqual(images);
}

const deliveries = async (id: string) =>
  (
    await query<{ event_type: string }>(
      'SELECT event_type FROM webhook_deliveries WHERE request_id = $1 ORDER BY created_at',
      [id],
    )
  ).map(({ event_type }) => event_type);

const correct = (id: string, body: unknown) => bench.post(`/requests/${id}/corrections`, body);
const errorsOf = async (id: string, query = '') =>
  (await bench.getBytes(`/download/${id}/errors${query}`)).toString();

let serial = 0;

/** A Shopify file with a dead link, a faulty cell and a repeated dead link. */
async function failingUpload() {
  serial += 1;
  const at = (name: string) => `/${serial}/${name}.jpg`;
  const [good, variant] = [await bench.addImage(at('good')), await bench.addImage(at('variant'))];
  const gone = bench.origin.url(at('gone'));
  const csv = [
    'Handle,Title,Image Src,Image Position,Variant Image',
    `mug,Mug,${good},1,${gone}`,
    `clock,"Clock, big",${gone},1,${variant}`,
    `lamp,Lamp,lamp.jpg,1,`,
    `sofa,Sofa,,,`,
    '',
  ].join('\n');
  const id = await bench.uploadAndWait(csv, { webhook_url: bench.origin.url('/hook') });
  return { id, csv, good, variant, gone, at };
}

describe('GET /download/:id/errors with several image columns', () => {
  it('GET /download/:id/errors with several image columns lists only failed references, including those that failed at upload', async () => {
    const { id, gone } = await failingUpload();
    const [header, ...rows] = readStrictCsv(await errorsOf(id));
    expect(header.slice(-4)).toEqual(['Error Row', 'Error Column', 'Error Code', 'Error Message']);
    expect(rows.map((row) => row.slice(0, -1))).toEqual([
      ['mug', 'Mug', '', '1', gone, '1', 'Variant Image', 'http_404'],
      ['clock', 'Clock, big', gone, '1', '', '2', 'Image Src', 'http_404'],
      ['lamp', 'Lamp', 'lamp.jpg', '1', '', '3', 'Image Src', 'url_relative'],
    ]);
    await expectExactCounters(id);
  });
});

describe('GET /status/:id with several image columns', () => {
  it('GET /status/:id with several image columns names the column of each image', async () => {
    const { id } = await failingUpload();
    const { products } = await bench.app.api.getStatus(id);
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
    'POST /requests/:id/corrections completes the output of a failed upload from its %s errors file',
    async (format) => {
      const { id, csv, gone, at } = await failingUpload();
      const [fixed, lamp] = [await bench.addImage(at('fixed')), await bench.addImage(at('lamp'))];
      const edited = (await errorsOf(id))
        .replaceAll(gone, fixed)
        .replace(',lamp.jpg,', `,${lamp},`);
      let form = createForm(edited, 'errors.csv');
      if (format === 'xlsx') {
        const other = await bench.uploadAndWait(edited);
        form = createForm(await bench.getBytes(`/download/${other}?format=xlsx`), 'errors.xlsx');
      }
      const { status, body } = await correct(id, form);
      expect(body).toEqual({ corrected: 3, unchanged: 0, problems: [], problem_count: 0 });
      expect(status).toBe(200);

      const { status: state, progress } = await bench.app.api.waitUntilFinal(id);
      expect({ state, ...progress }).toMatchObject({ state: 'completed', completed: 5, failed: 0 });
      await expectExactCounters(id);
      expect(await deliveries(id)).toEqual(['request.completed', 'request.completed']);
      expect(readStrictCsv(await errorsOf(id))).toHaveLength(1);

      const outputs = await bench.findOutputUrls(id);
      const replaced = (await bench.getBytes(`/download/${id}?output=replace`)).toString();
      const expected = csv
        .replaceAll(gone, outputs.get(fixed)!)
        .replace('lamp.jpg', outputs.get(lamp)!);
      const restored = [...outputs].reduce(
        (text, [input, output]) => text.replaceAll(output, input),
        replaced,
      );
      expect(restored).toBe(
        [...outputs].reduce((text, [input, output]) => text.replaceAll(output, input), expected),
      );
      const appended = readStrictCsv(await bench.getBytes(`/download/${id}`));
      expect(appended.slice(1).map((row) => row.slice(-2))).toEqual([
        [expect.any(String), outputs.get(fixed)],
        [outputs.get(fixed), expect.any(String)],
        [outputs.get(lamp), ''],
        ['', ''],
      ]);

      const again = await correct(id, createForm(edited, 'errors.csv'));
      expect(again.body).toEqual({ corrected: 0, unchanged: 3, problems: [], problem_count: 0 });
      expect(await bench.app.api.getStatus(id, '?limit=0')).toMatchObject({ status: 'completed' });
    },
  );

  it('POST /requests/:id/corrections accepts single images and lists as JSON while the request runs', async () => {
    const { id, at } = await failingUpload();
    const [slow, lamp] = [bench.origin.url(at('slow')), await bench.addImage(at('lamp'))];
    bench.origin.on(at('slow'), neverRespond());
    const first = { row: 1, column: 'Variant Image', position: 2, url: slow };
    expect((await correct(id, first)).body).toMatchObject({ corrected: 1, problems: [] });
    const second = { corrections: [{ row: 3, position: 1, url: lamp }, first] };
    expect((await correct(id, second)).body).toMatchObject({ corrected: 1, unchanged: 1 });
    expect((await correct(id, second)).body).toMatchObject({ corrected: 0, unchanged: 2 });
    const { body } = await bench.post(`/requests/${id}/cancel`);
    expect(body).toMatchObject({ status: 'cancelled' });
    await expectExactCounters(id);
    expect((await correct(id, first)).body).toMatchObject({
      code: 'request_cancelled',
      status: 409,
    });
  });

  it('POST /requests/:id/corrections names each entry that cannot be applied and applies the others', async () => {
    const { id, good, at } = await failingUpload();
    const lamp = await bench.addImage(at('lamp'));
    const { body } = await correct(id, {
      corrections: [
        { row: 1, position: 1, url: lamp },
        { row: 1, position: 2, url: 'ftp://shop.example/mug.jpg' },
        { row: 2, position: 1, column: 'Variant Image', url: lamp },
        { row: 9, position: 1, url: lamp },
        { row: 1, position: 1, url: good },
        { row: 3, position: 1, url: lamp },
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
    await bench.app.api.waitUntilFinal(id);
    await expectExactCounters(id);
  });

  it('POST /requests/:id/corrections names the cells of a file that do not match the failed images', async () => {
    const { id, gone, at } = await failingUpload();
    const fixed = await bench.addImage(at('fixed'));
    const file = [
      'Image Src,Variant Image,Error Row',
      `,"${fixed},${fixed}",1`,
      `${fixed},${fixed},2`,
      `${fixed},,seven`,
      `lamp.jpg,,3`,
      '',
    ].join('\n');
    const { body } = await correct(id, createForm(file, 'errors.csv'));
    const problems = body.problems as { code: string; line: number }[];
    expect(problems.map(({ code, line }) => [line, code])).toEqual([
      [2, 'correction_count_differs'],
      [3, 'correction_not_failed'],
      [4, 'correction_row_invalid'],
    ]);
    expect(body).toMatchObject({ corrected: 1, unchanged: 1 });
    await bench.app.api.waitUntilFinal(id);
    const [, mug, lamp] = readStrictCsv(await errorsOf(id));
    expect([mug[4], lamp[2]]).toEqual([gone, 'lamp.jpg']);
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
    'POST /requests/:id/corrections rejects call $# with %i %s and changes nothing',
    async (status, code, sent) => {
      const { id } = await failingUpload();
      const answer = await correct(id, sent);
      expect(answer.body).toMatchObject({ status, code });
      expect(await bench.app.api.getStatus(id, '?limit=0')).toMatchObject({ status: 'completed' });
    },
  );

  it('POST /requests/:id/corrections answers 404 for a deleted request', async () => {
    const { id } = await failingUpload();
    await bench.app.api.call(`/requests/${id}`, { method: 'DELETE' });
    const { body } = await correct(id, { row: 1, position: 2, url: 'https://a.example/1.jpg' });
    expect(body).toMatchObject({ status: 404, code: 'request_not_found' });
  });

  it('POST /requests/:id/corrections keeps counters and corrections when the app is killed', async () => {
    serial += 1;
    const at = (name: string) => `/${serial}/${name}.jpg`;
    const names = Array.from({ length: 60 }, (_, n) => `k${n}`);
    const rows = names.map((name, n) => `${n},Product ${n},${bench.origin.url(at(name))}`);
    const id = await bench.uploadAndWait(['SKU,Name,Image', ...rows, ''].join('\n'));
    expect((await counts(id)).row).toMatchObject({ failed: 60 });
    const errors = (await errorsOf(id)).replaceAll(/k(\d+)\.jpg/g, 'fixed$1.jpg');
    for (let n = 0; n < 60; n++) await bench.addImage(at(`fixed${n}`));

    const pending = correct(id, createForm(errors, 'errors.csv')).catch(() => undefined);
    await bench.crashAndRestart();
    await pending;
    const { body } = await correct(id, createForm(errors, 'errors.csv'));
    expect(Number(body.corrected) + Number(body.unchanged)).toBe(60);
    const { progress } = await bench.app.api.waitUntilFinal(id);
    expect(progress).toMatchObject({ completed: 60, failed: 0 });
    await expectExactCounters(id);
  });

  it('POST /requests/:id/corrections keeps its counters correct when corrections, retries and a cancellation race', async () => {
    for (let round = 0; round < 5; round++) {
      const { id, at } = await failingUpload();
      const fixed = await bench.addImage(at('fixed'));
      const one = { row: 1, position: 2, url: fixed };
      const calls = await Promise.all([
        correct(id, one),
        correct(id, one),
        bench.post(`/requests/${id}/retry?code=http_404`),
        bench.post(`/requests/${id}/retry`),
        bench.post(`/requests/${id}/cancel`),
      ]);
      for (const { status } of calls) expect([200, 202, 409]).toContain(status);
      await bench.app.api.waitUntilFinal(id);
      await expect.poll(async () => (await counts(id)).images).toEqual((await counts(id)).row);
    }
  });
});

describe('POST /requests/:id/retry with a failure code', () => {
  it.each([
    ['?code=http_404', undefined],
    ['', { code: 'http_404' }],
  ])(
    'POST /requests/:id/retry with a failure code retries only the images with the code: %s %j',
    async (search, body) => {
      const { id, at } = await failingUpload();
      const fixed = await bench.addImage(at('unused'));
      bench.origin.on(at('gone'), (_request, response) => {
        response.writeHead(302, { location: fixed }).end();
      });
      const retried = await bench.post(`/requests/${id}/retry${search}`, body);
      expect(retried).toMatchObject({ status: 202, body: { status: 'pending' } });
      const { progress } = await bench.app.api.waitUntilFinal(id);
      expect(progress).toMatchObject({ completed: 4, failed: 1 });
      await expectExactCounters(id);
    },
  );

  it('POST /requests/:id/retry with a failure code rejects invalid codes and codes that no image has', async () => {
    const { id } = await failingUpload();
    const none = await bench.post(`/requests/${id}/retry?code=timed_out`);
    expect(none.body).toMatchObject({ status: 409, code: 'nothing_to_retry' });
    const wrong = await bench.post(`/requests/${id}/retry?code=a%20b`);
    expect(wrong.body).toMatchObject({ status: 400, code: 'invalid_parameter' });
    const unknown = await bench.post(`/requests/${id}/retry?codes=timed_out`);
    expect(unknown.body).toMatchObject({ status: 400, code: 'invalid_parameter' });
  });
});
