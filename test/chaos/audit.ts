import Papa from 'papaparse';
import sharp from 'sharp';
import type { Bench } from './bench.js';
import type { FaultSettings } from './fault-settings.js';
import { DENIED } from './forbidden-urls.js';
import { requestOf, type StoredRequest, wrongCounters } from './stored-requests.js';
import type { Catalog, UploadClient } from './upload-client.js';

export interface Findings {
  images: number;
  lost: number;
  doubled: number;
  /** Images that ended with an error that the fault permits. */
  failed: number;
  /** Requests that ended. Each must be announced by exactly one message. */
  completions: number;
  uploads: { accepted: number; rejected: number; unanswered: number };
  problems: string[];
}

/** Artifacts of one request that are downloaded and decoded. */
const CHECKED_ARTIFACTS = 10;

export const noFindings = ({ accepted, rejected, unanswered }: UploadClient): Findings => ({
  images: 0,
  lost: 0,
  doubled: 0,
  failed: 0,
  completions: 0,
  get uploads() {
    return {
      accepted: accepted.length,
      rejected: rejected.length,
      unanswered: unanswered.length,
    };
  },
  problems: [],
});

/**
 * Compares the uploaded catalogs with the output CSVs, the webhooks and the counters. Each of them is
 * read from its own source. All work must have ended.
 */
export async function audit(
  bench: Bench,
  { accepted, rejected, unanswered }: UploadClient,
  fault: FaultSettings,
  found: Findings,
): Promise<void> {
  const report = (problem: string) => found.problems.push(problem);
  for (const { catalog, status, body } of rejected) {
    if (!fault.mayReject || status !== 503) {
      report(`upload rejected: ${status} ${body.slice(0, 200)}`);
    }
    if (await requestOf(bench, catalog)) report(`${catalog.filename} was rejected and stored`);
  }
  for (const catalog of [...accepted, ...unanswered]) {
    const request = await requestOf(bench, catalog);
    // An upload without an answer may be missing. If it is stored, it must be complete.
    if (!request && !catalog.requestId) continue;
    await compareRequest(bench, catalog, request, fault, found);
  }
  const { unverified } = bench.receiver;
  if (unverified > 0) report(`${unverified} messages had no valid signature`);
}

async function compareRequest(
  bench: Bench,
  catalog: Catalog,
  request: StoredRequest | undefined,
  fault: FaultSettings,
  found: Findings,
): Promise<void> {
  const { filename } = catalog;
  const input = catalog.rows.flat();
  const report = (problem: string) => found.problems.push(`${filename}: ${problem}`);
  found.images += input.length;
  if (!request || !['completed', 'failed'].includes(request.status)) {
    found.lost += input.length;
    return void report(request ? `stays ${request.status}` : 'was accepted and is not stored');
  }
  found.completions += 1;

  const output = await outputRows(bench, request.id);
  const failed = await permittedFailures(bench, catalog, request.id, fault, report);
  found.failed += failed.size - 1;
  const missing = catalog.rows.flatMap((urls, i) => {
    const [given, made] = [output[i]?.at(-2) ?? '', (output[i]?.at(-1) ?? '').split(',')];
    return urls.filter((url, n) => given !== urls.join(',') || (!made[n] && !failed.has(url)));
  });
  if (missing.length > 0) report(`the output CSV lacks ${missing.length} images: ${missing[0]}`);
  found.lost += missing.length;
  found.doubled += Math.max(0, output.length - catalog.rows.length);
  await decodeArtifacts(
    output.map((cells) => cells.at(-1) ?? '').slice(0, CHECKED_ARTIFACTS),
    report,
  );

  const wrong = await wrongCounters(bench, request, input.length);
  if (wrong.length > 0) report(`counters and count(*) differ: ${wrong.join(', ')}`);
  found.doubled += wrong.length;
  compareMessages(bench, catalog, request, found, report);
}

function compareMessages(
  bench: Bench,
  { hook, rows }: Catalog,
  request: StoredRequest,
  found: Findings,
  report: (problem: string) => void,
): void {
  const messages = bench.receiver.messages.get(hook) ?? [];
  const ids = new Set(messages.map(({ id }) => id));
  if (ids.size !== 1 || request.deliveries !== 1) {
    report(`${ids.size} message ids, ${request.deliveries} deliveries`);
    if (ids.size > 1 || request.deliveries > 1) found.doubled += 1;
    else found.lost += 1;
  }
  const total = rows.flat().length;
  for (const { requestId, images } of messages) {
    const { completed, failed, cancelled } = images;
    const isComplete = images.total === total && completed + failed + cancelled === total;
    if (requestId !== request.id || !isComplete) report(`wrong message: ${JSON.stringify(images)}`);
  }
}

async function outputRows(bench: Bench, id: string): Promise<string[][]> {
  const response = await fetch(`${bench.url}/download/${id}`);
  if (!response.ok) throw new Error(`GET /download/${id}: ${response.status}`);
  return Papa.parse<string[]>((await response.text()).trimEnd()).data.slice(1);
}

/** Returns the URLs of images that failed with an error that the fault permits. */
async function permittedFailures(
  bench: Bench,
  { forbidden }: Catalog,
  id: string,
  { mayFail = [], mayRetry }: FaultSettings,
  report: (problem: string) => void,
): Promise<Set<string>> {
  const rows = await bench.sql<{ input_url: string; error_code: string }>(
    `SELECT input_url, error_code FROM images WHERE request_id = $1 AND status = 'failed'`,
    [id],
  );
  const permittedErrors = (url: string) => (url === forbidden ? [...DENIED, ...mayFail] : mayFail);
  const unexpected = rows.filter((row) => !permittedErrors(row.input_url).includes(row.error_code));
  if (!rows.some((row) => row.input_url === forbidden)) report(`${forbidden} did not fail`);
  if (unexpected.length > 0) report(`${unexpected.length} failed: ${unexpected[0].error_code}`);
  if (!mayRetry) {
    const [{ retried }] = await bench.sql<{ retried: number }>(
      'SELECT count(*)::int AS retried FROM images WHERE request_id = $1 AND attempts > 1',
      [id],
    );
    if (retried > 0) report(`${retried} images count more than one attempt`);
  }
  return new Set(rows.filter((row) => !unexpected.includes(row)).map((row) => row.input_url));
}

/** Downloads and decodes artifacts. */
async function decodeArtifacts(cells: string[], report: (problem: string) => void): Promise<void> {
  for (const url of cells.flatMap((cell) => cell.split(',')).filter(Boolean)) {
    const response = await fetch(url);
    const bytes = Buffer.from(await response.arrayBuffer());
    const isWhole = await sharp(bytes, { failOn: 'truncated' })
      .stats()
      .then(
        () => true,
        () => false,
      );
    if (!response.ok || !isWhole) report(`${url}: ${response.status}, ${bytes.length} bytes`);
  }
}
