import type { RepairedImages } from '../../platform/database/repositories/artifact-repair.js';
import type {
  ImagePosition,
  RecordedArtifact,
} from '../../platform/database/repositories/artifact-verification.js';
import { STORED_FILE_PROBLEMS, type StoredFileProblem } from './stored-file-problem.js';

/** A problem of one file, for one image that uses the file. */
export interface VerificationProblem {
  problem: StoredFileProblem;
  /** Path under `DATA_DIR/artifacts`, or object key. Null if the row has no artifact. */
  file: string | null;
  expectedBytes: number | null;
  foundBytes: number | null;
  /** Absent if no image uses the file. */
  image?: ImagePosition;
}

export type ProblemCounts = Record<StoredFileProblem, number>;

const createCounts = (): ProblemCounts => ({
  missing: 0,
  wrong_size: 0,
  damaged: 0,
  unreadable: 0,
  unrecorded: 0,
});

/** Counts the findings of a verification. Memory use depends only on the number of affected requests. */
export class VerificationTotals {
  /** Number of files that have a row. */
  fileCount = 0;
  /** Total size of these files according to their rows, in bytes. */
  bytes = 0;
  /** Number of files without a recorded checksum in a deep verification. Only their sizes were compared. */
  withoutChecksumCount = 0;
  /** Number of affected images. */
  affectedImageCount = 0;
  /** Number of files with each problem. */
  readonly countsByProblem = createCounts();
  /** Number of affected images by request. */
  readonly countsByRequest = new Map<string, ProblemCounts>();
  readonly repairedImages: RepairedImages = { pending: 0, cancelled: 0 };
  /** Number of repaired problems. */
  repairCount = 0;

  get problemCount(): number {
    return STORED_FILE_PROBLEMS.reduce((sum, problem) => sum + this.countsByProblem[problem], 0);
  }

  addFile({ bytes, sha256 }: RecordedArtifact, deep: boolean): void {
    this.fileCount += 1;
    this.bytes += bytes;
    if (deep && sha256 === null) this.withoutChecksumCount += 1;
  }

  addProblem(problem: StoredFileProblem): void {
    this.countsByProblem[problem] += 1;
  }

  addImage(problem: StoredFileProblem, requestId: string): void {
    this.affectedImageCount += 1;
    const counts = this.countsByRequest.get(requestId) ?? createCounts();
    counts[problem] += 1;
    this.countsByRequest.set(requestId, counts);
  }

  addRepair({ pending, cancelled }: RepairedImages): void {
    this.repairCount += 1;
    this.repairedImages.pending += pending;
    this.repairedImages.cancelled += cancelled;
  }
}
