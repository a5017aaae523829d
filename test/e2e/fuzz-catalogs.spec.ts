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
import { getCaseCount, FUZZ_SEED, getFuzzTimeoutMs } from '../support/fuzz-settings.js';
import { HostileInputFixture } from '../support/hostile-input-fixture.js';

const DEFAULT_RUN_COUNT = 40;
/** Disables the limits that would reject most of the thousands of cases. */
const fixture = HostileInputFixture.forThisFile({
  RATE_LIMIT_PER_MINUTE: '0',
  MAX_OPEN_REQUESTS: '1000000',
});

/** Replaces the host with a denied address, which prevents DNS lookups and calls. */
const replaceHost = (url: string) => url.replace(/^(https?:\/\/)[^/?#]*/, '$1127.0.0.1:9');
const unreachableCatalog = anyCatalog.map((catalog) => ({
  ...catalog,
  rows: catalog.rows.map((row) => ({ ...row, urls: row.urls.map(replaceHost) })),
}));

it(
  'The output of any catalog in any CSV dialect has the same cells as the upload',
  { timeout: getFuzzTimeoutMs(DEFAULT_RUN_COUNT) },
  async () => {
    await fc.assert(
      fc.asyncProperty(unreachableCatalog, async (catalog) => {
        const id = await fixture.app.api.uploadAccepted(encodeCatalog(catalog));
        const text = await fixture.app.api.getText(`/download/${id}?raw=true&partial=true`);
        const { delimiter, newline } = catalog;
        expect(text.startsWith('\uFEFF')).toBe(hasByteOrderMark(catalog));
        // Parses the output with an independent library, in the CSV dialect of the upload.
        const { data } = Papa.parse<string[]>(text.replace(/^\uFEFF/, ''), { delimiter, newline });
        expect(data.pop()).toEqual(['']);
        expect(data[0]).toEqual([...CATALOG_HEADER, 'Output Image Urls']);
        expect(data.slice(1).map((row) => row.slice(0, -1))).toEqual(toExpectedRows(catalog));
        const entryCounts = data.slice(1).map((row) => row.at(-1)!.split(',').length);
        expect(entryCounts).toEqual(catalog.rows.map(({ urls }) => urls.length));
      }),
      { numRuns: getCaseCount(DEFAULT_RUN_COUNT), seed: FUZZ_SEED },
    );
  },
);

it(
  'An upload of any bytes is accepted, or rejected with a reason',
  { timeout: getFuzzTimeoutMs(DEFAULT_RUN_COUNT) },
  async () => {
    const anyBytes = fc.oneof(
      fc.uint8Array({ maxLength: 2000 }).map((bytes) => Buffer.from(bytes)),
      fc
        .tuple(unreachableCatalog, fc.infiniteStream(fc.nat()), fc.integer({ min: 1, max: 20 }))
        .map(([catalog, numbers, changeCount]) => {
          const bytes = encodeCatalog(catalog);
          for (let remaining = changeCount; remaining > 0; remaining--) {
            const [position, byte] = [numbers.next().value!, numbers.next().value!];
            bytes[position % bytes.length] = byte;
          }
          return bytes;
        }),
    );
    await fc.assert(
      fc.asyncProperty(anyBytes, async (bytes) => {
        const { status, body } = await fixture.app.api.upload(bytes, { dry_run: 'true' });
        if (status === 200) return;
        expect([400, 415]).toContain(status);
        expect(body.code).toMatch(/^[a-z_]+$/);
      }),
      { numRuns: getCaseCount(DEFAULT_RUN_COUNT), seed: FUZZ_SEED },
    );
  },
);
