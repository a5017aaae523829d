import * as fc from 'fast-check';
import Papa from 'papaparse';
import { expect, it } from 'vitest';
import {
  anyCatalog,
  CATALOG_HEADER,
  toExpectedRows,
  hasByteOrderMark,
  encodeCatalog,
} from '../support/any-catalog.js';
import { countCases, FUZZ_SEED, fuzzTimeoutMs } from '../support/fuzz-settings.js';
import { HostileFixture } from '../support/hostile-fixture.js';

const FEW = 40;
/** The limits of calls and of open requests would reject most of the thousands of cases. */
const bench = HostileFixture.forThisFile({
  RATE_LIMIT_PER_MINUTE: '0',
  MAX_OPEN_REQUESTS: '1000000',
});

/** The test makes no lookup and no call, because the host becomes a denied address. */
const local = (url: string) => url.replace(/^(https?:\/\/)[^/?#]*/, '$1127.0.0.1:9');
const localCatalog = anyCatalog.map((catalog) => ({
  ...catalog,
  rows: catalog.rows.map((row) => ({ ...row, urls: row.urls.map(local) })),
}));

it(
  'The output of any catalog in any dialect has the same cells',
  { timeout: fuzzTimeoutMs(FEW) },
  async () => {
    await fc.assert(
      fc.asyncProperty(localCatalog, async (given) => {
        const id = await bench.app.api.uploadAccepted(encodeCatalog(given));
        const text = await bench.app.api.getText(`/download/${id}?raw=true&partial=true`);
        const { delimiter, newline } = given;
        expect(text.startsWith('\uFEFF')).toBe(hasByteOrderMark(given));
        // An independent reader with the dialect of the upload.
        const { data } = Papa.parse<string[]>(text.replace(/^\uFEFF/, ''), { delimiter, newline });
        expect(data.pop()).toEqual(['']);
        expect(data[0]).toEqual([...CATALOG_HEADER, 'Output Image Urls']);
        expect(data.slice(1).map((row) => row.slice(0, -1))).toEqual(toExpectedRows(given));
        const entries = data.slice(1).map((row) => row.at(-1)!.split(',').length);
        expect(entries).toEqual(given.rows.map(({ urls }) => urls.length));
      }),
      { numRuns: countCases(FEW), seed: FUZZ_SEED },
    );
  },
);

it(
  'An upload of any bytes is accepted, or rejected with a reason',
  { timeout: fuzzTimeoutMs(FEW) },
  async () => {
    const anyBytes = fc.oneof(
      fc.uint8Array({ maxLength: 2000 }).map((bytes) => Buffer.from(bytes)),
      fc
        .tuple(localCatalog, fc.infiniteStream(fc.nat()), fc.integer({ min: 1, max: 20 }))
        .map(([catalog, numbers, times]) => {
          const bytes = encodeCatalog(catalog);
          for (let left = times; left > 0; left--) {
            const [at, byte] = [numbers.next().value!, numbers.next().value!];
            bytes[at % bytes.length] = byte;
          }
          return bytes;
        }),
    );
    await fc.assert(
      fc.asyncProperty(anyBytes, async (bytes) => {
        const { status, body } = await bench.app.api.upload(bytes, { dry_run: 'true' });
        if (status === 200) return;
        expect([400, 415]).toContain(status);
        expect(body.code).toMatch(/^[a-z_]+$/);
      }),
      { numRuns: countCases(FEW), seed: FUZZ_SEED },
    );
  },
);
