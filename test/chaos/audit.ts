import sharp from 'sharp';
import type { ChaosFixture } from './chaos-fixture.js';
import type { FaultSettings } from './fault-settings.js';
import { DENIED_ERROR_CODES } from './forbidden-urls.js';
import { OutputFile, buildOutputHeader } from './output-file.js';
import { readArtifactBytes, readAdditionalCounters, readStoredImages } from './stored-images.js';
import { findStoredRequest, type StoredRequest, findWrongCounters } from './stored-requests.js';
import type { Catalog, UploadClient } from './upload-client.js';
import {
  type CountedOutputs,
  countOutputs,
  describeWrongFiles,
  describeWrongMessageCounters,
  describeWrongOutputCounters,
} from './wrong-outputs.js';

export interface Findings {
  imageCount: number;
  lost: number;
  countedTwice: number;
  /** Number of images that ended with an error that the fault permits. */
  failed: number;
  /** Number of ended requests. Each must be announced by exactly one message. */
  completions: number;
  uploads: { accepted: number; rejected: number; withoutResponse: number };
  problems: string[];
}

/** Number of rows per request whose artifacts are downloaded and decoded. */
const DECODED_ROWS = 3;

export const createFindings = ({
  accepted,
  rejected,
  withoutResponse,
}: UploadClient): Findings => ({
  imageCount: 0,
  lost: 0,
  countedTwice: 0,
  failed: 0,
  completions: 0,
  get uploads() {
    return {
      accepted: accepted.length,
      rejected: rejected.length,
      withoutResponse: withoutResponse.length,
    };
  },
  problems: [],
});

/**
 * Compares the uploaded catalogs with the output CSVs, the webhooks, the counters and the stored files. Each
 * of them has an independent source. All work must have ended.
 */
export async function audit(
  fixture: ChaosFixture,
  { accepted, rejected, withoutResponse }: UploadClient,
  fault: FaultSettings,
  findings: Findings,
): Promise<void> {
  const report = (problem: string) => findings.problems.push(problem);
  for (const { catalog, status, body } of rejected) {
    if (!fault.mayReject || status !== 503) {
      report(`upload rejected: ${status} ${body.slice(0, 200)}`);
    }
    if (await findStoredRequest(fixture, catalog))
      report(`${catalog.filename} was rejected, but is stored`);
  }
  const files = await readArtifactBytes(fixture);
  for (const catalog of [...accepted, ...withoutResponse]) {
    const request = await findStoredRequest(fixture, catalog);
    // An upload without a response may be missing. If it is stored, it must be complete.
    if (!request && !catalog.requestId) continue;
    await compareRequest({ fixture, fault, files, findings }, catalog, request);
  }
  const { unverifiedCount } = fixture.receiver;
  if (unverifiedCount > 0) report(`${unverifiedCount} messages had no valid signature`);
}

/** Input for the comparison of each request. */
interface Comparison {
  fixture: ChaosFixture;
  fault: FaultSettings;
  /** Bytes of the stored artifacts. */
  files: ReadonlyMap<string, number>;
  findings: Findings;
}

async function compareRequest(
  { fixture, fault, files, findings }: Comparison,
  catalog: Catalog,
  request: StoredRequest | undefined,
): Promise<void> {
  const { filename, kind } = catalog;
  const input = catalog.rows.flat();
  const report = (problem: string) => findings.problems.push(`${filename}: ${problem}`);
  findings.imageCount += input.length;
  if (!request || !['completed', 'failed'].includes(request.status)) {
    findings.lost += input.length;
    return void report(request ? `is still ${request.status}` : 'was accepted, but is not stored');
  }
  findings.completions += 1;
  const failed = await findPermittedFailures(fixture, catalog, request.id, fault, report);
  findings.failed += failed.length - 1;

  const images = await readStoredImages(fixture, request.id);
  const output = await OutputFile.read(fixture, request.id);
  const expected = buildOutputHeader(kind);
  if (output.header.join() !== expected.join()) report(`wrong header: ${output.header.join()}`);
  const missing = output.findMissing(catalog, images, failed);
  if (missing.length > 0) report(`the output CSV lacks ${missing.length} images: ${missing[0]}`);
  const lost = describeWrongFiles(images, files);
  if (lost.length > 0) report(`${lost.length} files are wrong: ${lost[0]}`);
  findings.lost += missing.length + lost.length;
  findings.countedTwice += Math.max(0, output.rows.length - catalog.rows.length);
  const cells = kind.columns.flatMap((name) => output.getColumn(name).slice(0, DECODED_ROWS));
  await decodeArtifacts(cells, report);

  const countedOutputs = countOutputs(kind, images);
  const differences = [
    ...(await findWrongCounters(fixture, request, input.length)),
    ...describeWrongOutputCounters(
      countedOutputs,
      await readAdditionalCounters(fixture, request.id),
    ),
  ];
  if (differences.length > 0) report(`counters and images differ: ${differences.join(', ')}`);
  findings.countedTwice += differences.length;
  compareMessages(fixture, catalog, request, countedOutputs, findings, report);
}

function compareMessages(
  fixture: ChaosFixture,
  { hook, rows, kind }: Catalog,
  request: StoredRequest,
  countedOutputs: CountedOutputs,
  findings: Findings,
  report: (problem: string) => void,
): void {
  const messages = fixture.receiver.messages.get(hook) ?? [];
  const ids = new Set(messages.map(({ id }) => id));
  if (ids.size !== 1 || request.deliveries !== 1) {
    report(`${ids.size} message IDs, ${request.deliveries} deliveries`);
    if (ids.size > 1 || request.deliveries > 1) findings.countedTwice += 1;
    else findings.lost += 1;
  }
  const total = rows.flat().length;
  for (const message of messages) {
    const { requestId, images } = message;
    const { completed, failed, cancelled } = images;
    const isComplete = images.total === total && completed + failed + cancelled === total;
    if (requestId !== request.id || !isComplete) report(`wrong message: ${JSON.stringify(images)}`);
    for (const problem of describeWrongMessageCounters(kind, countedOutputs, message))
      report(problem);
  }
}

/** Returns the URL of each image that failed with an error that the fault permits. */
async function findPermittedFailures(
  fixture: ChaosFixture,
  { forbiddenUrl }: Catalog,
  id: string,
  { permittedErrors = [], mayRetry }: FaultSettings,
  report: (problem: string) => void,
): Promise<string[]> {
  const rows = await fixture.sql<{ input_url: string; error_code: string }>(
    `SELECT input_url, error_code FROM images WHERE request_id = $1 AND status = 'failed'`,
    [id],
  );
  const listPermittedErrors = (url: string) =>
    url === forbiddenUrl ? [...DENIED_ERROR_CODES, ...permittedErrors] : permittedErrors;
  const unexpected = rows.filter(
    (row) => !listPermittedErrors(row.input_url).includes(row.error_code),
  );
  if (!rows.some((row) => row.input_url === forbiddenUrl)) report(`${forbiddenUrl} did not fail`);
  if (unexpected.length > 0) report(`${unexpected.length} failed: ${unexpected[0].error_code}`);
  if (!mayRetry) {
    const [{ retried }] = await fixture.sql<{ retried: number }>(
      'SELECT count(*)::int AS retried FROM images WHERE request_id = $1 AND attempts > 1',
      [id],
    );
    if (retried > 0) report(`${retried} images have more than one counted attempt`);
  }
  return rows.filter((row) => !unexpected.includes(row)).map((row) => row.input_url);
}

/** Downloads and decodes artifacts. */
async function decodeArtifacts(cells: string[], report: (problem: string) => void): Promise<void> {
  for (const url of cells.flatMap((cell) => cell.split(',')).filter(Boolean)) {
    const response = await fetch(url);
    const bytes = Buffer.from(await response.arrayBuffer());
    const isComplete = await sharp(bytes, { failOn: 'truncated' })
      .stats()
      .then(
        () => true,
        () => false,
      );
    if (!response.ok || !isComplete) report(`${url}: ${response.status}, ${bytes.length} bytes`);
  }
}
