import { once } from 'node:events';
import { formatQuantity } from '../../platform/logging/format-quantity.js';
import { STORED_FILE_PROBLEMS, type StoredFileProblem } from './stored-file-problem.js';
import type {
  VerificationProblem,
  ProblemCounts,
  VerificationTotals,
} from './verification-totals.js';

export interface VerificationResult {
  totals: VerificationTotals;
  seconds: number;
  /** False if another database has claimed the storage, for example after a restore. */
  isOrphanCleanupOn: boolean;
  /** Object or file that identifies the owner of the storage. Removing it turns orphan cleanup on. */
  ownerMarker: string;
  repair: boolean;
}

/** Maximum number of requests in the plain report. `--json` lists all requests. */
const MAX_LISTED_REQUESTS = 20;

const PROBLEM_LABELS: Record<StoredFileProblem, string> = {
  missing: 'missing',
  wrong_size: 'wrong size',
  damaged: 'damaged',
  unreadable: 'unreadable',
  unrecorded: 'without a row',
};

const numberFormat = new Intl.NumberFormat('en-US');
const describeCounts = (counts: ProblemCounts) =>
  STORED_FILE_PROBLEMS.filter((problem) => counts[problem] > 0)
    .map((problem) => `${numberFormat.format(counts[problem])} ${PROBLEM_LABELS[problem]}`)
    .join(', ');

/** Writes the report as a stream, at the speed of the reader. */
export class VerificationReport {
  constructor(
    private readonly output: NodeJS.WritableStream,
    private readonly isJson: boolean,
  ) {}

  async writeProblem(verificationProblem: VerificationProblem): Promise<void> {
    const { problem, file, expectedBytes, foundBytes, image } = verificationProblem;
    if (this.isJson) {
      return this.writeJson({
        type: 'problem',
        problem,
        file,
        expected_bytes: expectedBytes,
        found_bytes: foundBytes,
        request_id: image?.requestId ?? null,
        row: image?.row ?? null,
        position: image?.position ?? null,
      });
    }
    const usage = image
      ? `request ${image.requestId}, row ${image.row}, image ${image.position}`
      : 'no image uses it';
    const size = problem === 'wrong_size' ? ` (${foundBytes} of ${expectedBytes} bytes)` : '';
    await this.write(`${PROBLEM_LABELS[problem]}${size}: ${file ?? 'no file'} (${usage})`);
  }

  async writeResult(result: VerificationResult): Promise<void> {
    await (this.isJson ? this.writeJsonResult(result) : this.writePlainResult(result));
  }

  private async writeJsonResult(result: VerificationResult): Promise<void> {
    const { totals, seconds, isOrphanCleanupOn } = result;
    for (const [request_id, counts] of totals.countsByRequest) {
      await this.writeJson({ type: 'request', request_id, ...counts });
    }
    await this.writeJson({
      type: 'summary',
      files: totals.fileCount,
      bytes: totals.bytes,
      seconds,
      problems: totals.countsByProblem,
      affected: { images: totals.affectedImageCount, requests: totals.countsByRequest.size },
      repaired_images: totals.repairedImages,
      files_without_checksum: totals.withoutChecksumCount,
      orphan_cleanup: isOrphanCleanupOn,
    });
  }

  private async writePlainResult(result: VerificationResult): Promise<void> {
    const { totals, seconds, isOrphanCleanupOn, repair } = result;
    const megabytes = numberFormat.format(Math.round(totals.bytes / 1e6));
    await this.write(
      `Checked ${formatQuantity(totals.fileCount, 'file')} (${megabytes} MB) in ${seconds.toFixed(1)} s.`,
    );
    if (totals.withoutChecksumCount > 0) {
      const files = formatQuantity(totals.withoutChecksumCount, 'file');
      await this.write(
        `Only the size of ${files} was compared, because the database has no checksum.`,
      );
    }
    if (totals.problemCount === 0) await this.write('All files are present.');
    else await this.writeAffectedImages(totals, repair);
    if (!isOrphanCleanupOn) {
      await this.write(
        `Orphan cleanup is off: the files belong to another database. If this database permanently replaces the other one, remove ${result.ownerMarker}.`,
      );
    }
  }

  private async writeAffectedImages(totals: VerificationTotals, repair: boolean): Promise<void> {
    await this.write(
      `Problems: ${describeCounts(totals.countsByProblem)}. Affected: ${formatQuantity(totals.affectedImageCount, 'image')} in ${formatQuantity(totals.countsByRequest.size, 'request')}.`,
    );
    for (const [id, counts] of [...totals.countsByRequest].slice(0, MAX_LISTED_REQUESTS)) {
      await this.write(`  request ${id}: ${describeCounts(counts)}`);
    }
    const remainingCount = totals.countsByRequest.size - MAX_LISTED_REQUESTS;
    if (remainingCount > 0)
      await this.write(
        `  and ${formatQuantity(remainingCount, 'more request')}; --json lists all requests`,
      );
    if (!repair) {
      await this.write('Run with --repair to compress these images again from their source URLs.');
      return;
    }
    const { pending, cancelled } = totals.repairedImages;
    await this.write(
      `${formatQuantity(pending, 'image')} ${pending === 1 ? 'is' : 'are'} pending again.`,
    );
    if (cancelled > 0) {
      await this.write(
        `${formatQuantity(cancelled, 'repaired image')} ${cancelled === 1 ? 'belongs' : 'belong'} to canceled requests. Retry these requests.`,
      );
    }
  }

  private writeJson(line: object): Promise<void> {
    return this.write(JSON.stringify(line));
  }

  private async write(line: string): Promise<void> {
    if (!this.output.write(`${line}\n`)) await once(this.output, 'drain');
  }
}
