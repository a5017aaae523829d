import sharp from 'sharp';
import type { Bench } from './bench.js';
import type { FaultSettings } from './fault-settings.js';
import { DENIED } from './forbidden-urls.js';
import { OutputFile, outputHeader } from './output-file.js';
import { artifactBytes, furtherCounters, storedImages } from './stored-images.js';
import { requestOf, type StoredRequest, wrongCounters } from './stored-requests.js';
import type { Catalog, UploadClient } from './upload-client.js';
import {
  type CountedOutputs,
  countOutputs,
  wrongFiles,
  wrongMessageCounters,
  wrongOutputCounters,
} from './wrong-outputs.js';

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

/** Rows of one request whose artifacts are downloaded and decoded. */
const DECODED_ROWS = 3;

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
 * Compares the uploaded catalogs with the output CSVs, the webhooks, the counters and the stored files. Each
 * of them is read from its own source. All work must have ended.
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
  const files = await artifactBytes(bench);
  for (const catalog of [...accepted, ...unanswered]) {
    const request = await requestOf(bench, catalog);
    // An upload without a response may be missing. If it is stored, it must be complete.
    if (!request && !catalog.requestId) continue;
    await compareRequest({ bench, fault, files, found }, catalog, request);
  }
  const { unverified } = bench.receiver;
  if (unverified > 0) report(`${unverified} messages had no valid signature`);
}

/** What the comparison of each request needs. */
interface Comparison {
  bench: Bench;
  fault: FaultSettings;
  /** Bytes of the stored artifacts. */
  files: ReadonlyMap<string, number>;
  found: Findings;
}

async function compareRequest(
  { bench, fault, files, found }: Comparison,
  catalog: Catalog,
  request: StoredRequest | undefined,
): Promise<void> {
  const { filename, kind } = catalog;
  const input = catalog.rows.flat();
  const report = (problem: string) => found.problems.push(`${filename}: ${problem}`);
  found.images += input.length;
  if (!request || !['completed', 'failed'].includes(request.status)) {
    found.lost += input.length;
    return void report(request ? `stays ${request.status}` : 'was accepted and is not stored');
  }
  found.completions += 1;
  const failed = await permittedFailures(bench, catalog, request.id, fault, report);
  found.failed += failed.length - 1;

  const images = await storedImages(bench, request.id);
  const output = await OutputFile.read(bench, request.id);
  const expected = outputHeader(kind);
  if (output.header.join() !== expected.join()) report(`wrong header: ${output.header.join()}`);
  const missing = output.missing(catalog, images, failed);
  if (missing.length > 0) report(`the output CSV lacks ${missing.length} images: ${missing[0]}`);
  const lost = wrongFiles(images, files);
  if (lost.length > 0) report(`${lost.length} files are wrong: ${lost[0]}`);
  found.lost += missing.length + lost.length;
  found.doubled += Math.max(0, output.rows.length - catalog.rows.length);
  const cells = kind.columns.flatMap((name) => output.column(name).slice(0, DECODED_ROWS));
  await decodeArtifacts(cells, report);

  const counted = countOutputs(kind, images);
  const wrong = [
    ...(await wrongCounters(bench, request, input.length)),
    ...wrongOutputCounters(counted, await furtherCounters(bench, request.id)),
  ];
  if (wrong.length > 0) report(`counters and images differ: ${wrong.join(', ')}`);
  found.doubled += wrong.length;
  compareMessages(bench, catalog, request, counted, found, report);
}

function compareMessages(
  bench: Bench,
  { hook, rows, kind }: Catalog,
  request: StoredRequest,
  counted: CountedOutputs,
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
  for (const message of messages) {
    const { requestId, images } = message;
    const { completed, failed, cancelled } = images;
    const isComplete = images.total === total && completed + failed + cancelled === total;
    if (requestId !== request.id || !isComplete) report(`wrong message: ${JSON.stringify(images)}`);
    for (const wrong of wrongMessageCounters(kind, counted, message)) report(wrong);
  }
}

/** Returns the URL of each image that failed with an error that the fault permits. */
async function permittedFailures(
  bench: Bench,
  { forbidden }: Catalog,
  id: string,
  { mayFail = [], mayRetry }: FaultSettings,
  report: (problem: string) => void,
): Promise<string[]> {
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
  return rows.filter((row) => !unexpected.includes(row)).map((row) => row.input_url);
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
