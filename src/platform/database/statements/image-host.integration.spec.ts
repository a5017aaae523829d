import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestRows } from '../../../../test/support/rows.js';
import { HostsOfOpenImages1796630000000 } from '../migrations/1796630000000-hosts-of-open-images.js';
import { parseImageCell } from '../../catalog/image-cell/parse-image-cell.js';
import { imageHostExpression, toInputHost } from './image-host.js';

const hostArbitrary = fc.oneof(
  fc.webAuthority({ withIPv4: true, withIPv4Extended: true, withIPv6: true, withPort: true }),
  fc.constantFrom(
    'Shop.Example',
    'm\u00fcnchen.example',
    'sh%6Fp.example',
    '\uff53hop.example',
    '2130706433',
  ),
);
const urlArbitrary = fc
  .tuple(
    fc.constantFrom('http', 'https', 'HTTPS'),
    fc.constantFrom('://', ':///', ':/\\/', '://@'),
    hostArbitrary,
    fc.constantFrom('', ':80', ':443', ':0443', ':'),
    fc.constantFrom('', '/', '\\', '/a.jpg?b=c:1', '?q', '#f', '/p@q'),
  )
  .map((parts) => parts.join(''));

describe('imageHostExpression()', () => {
  let rows: TestRows;
  beforeAll(async () => {
    rows = await TestRows.open();
  });
  afterAll(() => rows.close());

  it('imageHostExpression() selects the same host as WHATWG URL for every URL that parseImageCell() accepts', async () => {
    const cells = [
      'https://h.example:443/a.jpg',
      'https://h.example\\a.jpg',
      'https:///h.example/a.jpg',
      ...fc.sample(urlArbitrary, 1000),
    ];
    const urls = cells.flatMap((cell) => parseImageCell(cell).flatMap(({ url }) => url ?? []));
    expect(urls.length).toBeGreaterThan(200);
    const hosts = await rows.dataSource.query<{ host: string }[]>(
      `SELECT ${imageHostExpression('image')} AS host
       FROM unnest($1::text[], $2::text[]) WITH ORDINALITY AS image (input_url, input_host, n) ORDER BY n`,
      [urls, urls.map(toInputHost)],
    );
    expect(hosts.map(({ host }, index) => [urls[index], host])).toEqual(
      urls.map((url) => [url, new URL(url).host]),
    );
  });

  it('imageHostExpression() selects the host of unfinished images that an earlier version stored', async () => {
    const urls = fc
      .sample(urlArbitrary, 500)
      .flatMap((cell) => parseImageCell(cell).flatMap(({ url }) => url ?? []));
    const { dataSource } = rows;
    const { id } = await rows.insertRequest(urls.length);
    const statuses = ['pending', 'queued', 'processing'];
    await dataSource.query(
      `UPDATE images SET input_url = ($2::text[])[row_number], input_host = NULL,
         status = (ARRAY['pending', 'queued', 'processing']::image_status[])[1 + row_number % 3]
       WHERE request_id = $1`,
      [id, urls],
    );
    const runner = dataSource.createQueryRunner();
    await new HostsOfOpenImages1796630000000().up(runner);
    await runner.release();
    const images = await dataSource.query<{ url: string; host: string; status: string }[]>(
      `SELECT input_url AS url, ${imageHostExpression('images')} AS host, status FROM images
       WHERE request_id = $1`,
      [id],
    );
    expect(new Set(images.map(({ status }) => status))).toEqual(new Set(statuses));
    expect(images.map(({ url, host }) => [url, host])).toEqual(
      images.map(({ url }) => [url, new URL(url).host]),
    );
  });
});
