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
  lostCount: number;
  countedTwiceCount: number;
  /** Number of images that ended with an error that the fault permits. */
  failedCount: number;
  /** Number of ended requests. Each must be announced by exactly one message. */
  completionCount: number;
  uploadCounts: { accepted: number; rejected: number; withoutResponse: number };
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
  lostCount: 0,
  countedTwiceCount: 0,
  failedCount: 0,
  completionCount: 0,
  get uploadCounts() {
    return {
      accepted: accepted.length,
      rejected: rejected.length,
      withoutResponse: withoutResponse.length,
    };
  },
  problems: [],
});

/**
 * Compares the uploaded catalogs with the output CSVs, the webhooks, the counters and the stored
 * files. These sources are independent of each other. All work must have ended.
 */
export async function auditUploads(
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
  const artifactBytes = await readArtifactBytes(fixture);
  for (const catalog of [...accepted, ...withoutResponse]) {
    const request = await findStoredRequest(fixture, catalog);
    // An upload without a response may be missing. If it is stored, it must be complete.
    if (!request && !catalog.requestId) continue;
    await compareRequest({ fixture, fault, artifactBytes, findings }, catalog, request);
  }
  const { unverifiedCount } = fixture.receiver;
  if (unverifiedCount > 0) report(`${unverifiedCount} messages had no valid signature`);
}

/** Input for the comparison of each request. */
interface Comparison {
  fixture: ChaosFixture;
  fault: FaultSettings;
  /** Sizes of the stored artifacts in bytes, by key. */
  artifactBytes: ReadonlyMap<string, number>;
  findings: Findings;
}

async function compareRequest(
  { fixture, fault, artifactBytes, findings }: Comparison,
  catalog: Catalog,
  request: StoredRequest | undefined,
): Promise<void> {
  const { filename, kind } = catalog;
  const input = catalog.rows.flat();
  const report = (problem: string) => findings.problems.push(`${filename}: ${problem}`);
  findings.imageCount += input.length;
  if (!request || !['completed', 'failed'].includes(request.status)) {
    findings.lostCount += input.length;
    return void report(request ? `is still ${request.status}` : 'was accepted, but is not stored');
  }
  findings.completionCount += 1;
  const failedUrls = await findPermittedFailures(fixture, catalog, request.id, fault, report);
  // The forbidden URL always fails and does not count.
  findings.failedCount += failedUrls.length - 1;

  const images = await readStoredImages(fixture, request.id);
  const output = await OutputFile.read(fixture, request.id);
  const expectedHeader = buildOutputHeader(kind);
  if (output.header.join() !== expectedHeader.join())
    report(`wrong header: ${output.header.join()}`);
  const missingUrls = output.findMissingUrls(catalog, images, failedUrls);
  if (missingUrls.length > 0)
    report(`the output CSV lacks ${missingUrls.length} images, e.g. ${missingUrls[0]}`);
  const wrongFiles = describeWrongFiles(images, artifactBytes);
  if (wrongFiles.length > 0) report(`${wrongFiles.length} files are wrong: ${wrongFiles[0]}`);
  findings.lostCount += missingUrls.length + wrongFiles.length;
  findings.countedTwiceCount += Math.max(0, output.rows.length - catalog.rows.length);
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
  findings.countedTwiceCount += differences.length;
  compareMessages(fixture, catalog, request, countedOutputs, findings, report);
}

function compareMessages(
  fixture: ChaosFixture,
  { hookPath, rows, kind }: Catalog,
  request: StoredRequest,
  countedOutputs: CountedOutputs,
  findings: Findings,
  report: (problem: string) => void,
): void {
  const messages = fixture.receiver.messages.get(hookPath) ?? [];
  const ids = new Set(messages.map(({ id }) => id));
  if (ids.size !== 1 || request.deliveries !== 1) {
    report(`${ids.size} message IDs and ${request.deliveries} deliveries instead of one each`);
    if (ids.size > 1 || request.deliveries > 1) findings.countedTwiceCount += 1;
    else findings.lostCount += 1;
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
  const unexpectedRows = rows.filter(
    (row) => !listPermittedErrors(row.input_url).includes(row.error_code),
  );
  if (!rows.some((row) => row.input_url === forbiddenUrl)) report(`${forbiddenUrl} did not fail`);
  if (unexpectedRows.length > 0)
    report(`${unexpectedRows.length} images failed, e.g. with ${unexpectedRows[0].error_code}`);
  if (!mayRetry) {
    const [{ retried }] = await fixture.sql<{ retried: number }>(
      'SELECT count(*)::int AS retried FROM images WHERE request_id = $1 AND attempts > 1',
      [id],
    );
    if (retried > 0) report(`${retried} images have more than one counted attempt`);
  }
  return rows.filter((row) => !unexpectedRows.includes(row)).map((row) => row.input_url);
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
    if (!response.ok || !isComplete)
      report(`${url} is not a complete image: status ${response.status}, ${bytes.length} bytes`);
  }
}
