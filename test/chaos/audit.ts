import { setTimeout as sleep } from 'node:timers/promises';
import Papa from 'papaparse';
import sharp from 'sharp';
import type { Bench } from './bench.js';
import type { FaultSettings } from './fault-settings.js';
import { DENIED } from './forbidden.js';
import type { Catalog, UploadClient } from './merchant.js';
import { countersOf, openWork, requestOf, type StoredRequest } from './stored.js';

export interface Findings {
  images: number;
  lost: number;
  doubled: number;
  /** Ended with an error of its own, where the fault allows it. */
  failed: number;
  /** Requests that ended; each has to be announced by exactly one message. */
  completions: number;
  uploads: { accepted: number; refused: number; unanswered: number };
  problems: string[];
}

const SETTLE_MS = 240_000;
const LOOKED_AT = 10;

export const nothingFound = ({ accepted, refused, unknown }: UploadClient): Findings => ({
  images: 0,
  lost: 0,
  doubled: 0,
  failed: 0,
  completions: 0,
  get uploads() {
    const [took, no, silent] = [accepted, refused, unknown].map(({ length }) => length);
    return { accepted: took, refused: no, unanswered: silent };
  },
  problems: [],
});

/**
 * Compares what the merchant uploaded, what the output CSVs say and what the receiver was told, and
 * the counters with `count(*)`. Each is taken from its own source.
 */
export async function audit(
  bench: Bench,
  { name, accepted, refused, unknown }: UploadClient,
  fault: FaultSettings,
  found: Findings,
): Promise<void> {
  const tell = (problem: string) => found.problems.push(problem);
  if (!(await settled(bench, name))) tell(`work had not ended after ${SETTLE_MS / 1000} s`);

  for (const { catalog, status, body } of refused) {
    if (!fault.mayRefuse || status !== 503) tell(`upload refused: ${status} ${body.slice(0, 200)}`);
    if (await requestOf(bench, catalog)) tell(`${catalog.filename} was refused, and kept`);
  }
  for (const catalog of [...accepted, ...unknown]) {
    const request = await requestOf(bench, catalog);
    // Nothing was promised for an upload that got no answer, unless it is there.
    if (!request && !catalog.requestId) continue;
    await compare(bench, catalog, request, fault, found);
  }
  if (bench.receiver.forged > 0) tell(`${bench.receiver.forged} messages were not signed rightly`);
}

async function compare(
  bench: Bench,
  catalog: Catalog,
  request: StoredRequest | undefined,
  fault: FaultSettings,
  found: Findings,
): Promise<void> {
  const { filename } = catalog;
  const input = catalog.rows.flat();
  const tell = (problem: string) => found.problems.push(`${filename}: ${problem}`);
  found.images += input.length;
  if (!request || !['completed', 'failed'].includes(request.status)) {
    found.lost += input.length;
    return void tell(request ? `is ${request.status} for ever` : 'was accepted, and is gone');
  }
  found.completions += 1;

  const output = await outputRows(bench, request.id);
  const failed = await failures(bench, catalog, request.id, fault, tell);
  found.failed += failed.size - 1;
  const missing = catalog.rows.flatMap((urls, i) => {
    const [given, made] = [output[i]?.at(-2) ?? '', (output[i]?.at(-1) ?? '').split(',')];
    return urls.filter((url, n) => given !== urls.join(',') || (!made[n] && !failed.has(url)));
  });
  if (missing.length > 0) tell(`the output CSV lacks ${missing.length} images: ${missing[0]}`);
  found.lost += missing.length;
  found.doubled += Math.max(0, output.length - catalog.rows.length);
  await lookAt(output.map((cells) => cells.at(-1) ?? '').slice(0, LOOKED_AT), tell);

  const wrong = await countersOf(bench, request, input.length);
  if (wrong.length > 0) tell(`counters and count(*) differ: ${wrong.join(', ')}`);
  found.doubled += wrong.length;
  compareMessages(bench, catalog, request, found, tell);
}

function compareMessages(
  bench: Bench,
  { hook, rows }: Catalog,
  request: StoredRequest,
  found: Findings,
  tell: (problem: string) => void,
): void {
  const messages = bench.receiver.messages.get(hook) ?? [];
  const ids = new Set(messages.map(({ id }) => id));
  if (ids.size !== 1 || request.deliveries !== 1) {
    tell(`${ids.size} message ids, ${request.deliveries} deliveries`);
    if (ids.size > 1 || request.deliveries > 1) found.doubled += 1;
    else found.lost += 1;
  }
  const total = rows.flat().length;
  for (const { requestId, images } of messages) {
    const { completed, failed, cancelled } = images;
    const adds = images.total === total && completed + failed + cancelled === total;
    if (requestId !== request.id || !adds) tell(`message says ${JSON.stringify(images)}`);
  }
}

async function settled(bench: Bench, name: string): Promise<boolean> {
  const deadline = Date.now() + SETTLE_MS;
  while (Date.now() < deadline) {
    const open = await openWork(bench, name);
    if (open.images === 0 && open.deliveries === 0) return true;
    await sleep(200);
  }
  return false;
}

async function outputRows(bench: Bench, id: string): Promise<string[][]> {
  const response = await fetch(`${bench.url}/download/${id}`);
  if (!response.ok) throw new Error(`GET /download/${id}: ${response.status}`);
  return Papa.parse<string[]>((await response.text()).trimEnd()).data.slice(1);
}

/** Input URLs of the images that ended with an error that this fault allows. */
async function failures(
  bench: Bench,
  { forbidden }: Catalog,
  id: string,
  { mayFail = [], charges }: FaultSettings,
  tell: (problem: string) => void,
): Promise<Set<string>> {
  const rows = await bench.sql<{ input_url: string; error_code: string }>(
    `SELECT input_url, error_code FROM images WHERE request_id = $1 AND status = 'failed'`,
    [id],
  );
  const allowed = (url: string) => (url === forbidden ? [...DENIED, ...mayFail] : mayFail);
  const unexpected = rows.filter((row) => !allowed(row.input_url).includes(row.error_code));
  if (!rows.some((row) => row.input_url === forbidden)) tell(`${forbidden} did not fail`);
  if (unexpected.length > 0) tell(`${unexpected.length} failed: ${unexpected[0].error_code}`);
  if (!charges) {
    const [{ charged }] = await bench.sql<{ charged: number }>(
      'SELECT count(*)::int AS charged FROM images WHERE request_id = $1 AND attempts > 1',
      [id],
    );
    if (charged > 0) tell(`${charged} images were charged another try`);
  }
  return new Set(rows.filter((row) => !unexpected.includes(row)).map((row) => row.input_url));
}

/** A few of the artifacts themselves: served, whole, and pictures. */
async function lookAt(cells: string[], tell: (problem: string) => void): Promise<void> {
  for (const url of cells.flatMap((cell) => cell.split(',')).filter(Boolean)) {
    const response = await fetch(url);
    const bytes = Buffer.from(await response.arrayBuffer());
    const whole = await sharp(bytes, { failOn: 'truncated' })
      .stats()
      .then(
        () => true,
        () => false,
      );
    if (!response.ok || !whole) tell(`${url}: ${response.status}, ${bytes.length} bytes`);
  }
}
