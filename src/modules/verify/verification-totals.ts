import type { RepairedImages } from '../../platform/database/repositories/artifact-repair.js';
import type {
  ImagePosition,
  RecordedArtifact,
} from '../../platform/database/repositories/artifact-verification.js';
import { FILE_PROBLEMS, type FileProblem } from './file-problem.js';

/** One problem of one file, for one image that uses it. */
export interface FoundProblem {
  problem: FileProblem;
  /** Path under `DATA_DIR/artifacts`, or key of the object. Null when the row names no artifact. */
  file: string | null;
  expectedBytes: number | null;
  foundBytes: number | null;
  /** Absent when no image uses the file. */
  image?: ImagePosition;
}

export type ProblemCounts = Record<FileProblem, number>;

const none = (): ProblemCounts => ({
  missing: 0,
  wrong_size: 0,
  damaged: 0,
  unreadable: 0,
  unrecorded: 0,
});

/** Counts the findings of a verification. Memory grows with the number of affected requests only. */
export class VerificationTotals {
  /** Number of files that rows name. */
  files = 0;
  /** Size of these files by their rows, in bytes. */
  bytes = 0;
  /** Files of a deep verification without a recorded checksum; only their size was compared. */
  withoutChecksum = 0;
  /** Affected images. */
  images = 0;
  /** Files with each problem. */
  readonly problems = none();
  /** Affected images of each request. */
  readonly requests = new Map<string, ProblemCounts>();
  readonly repaired: RepairedImages = { pending: 0, cancelled: 0 };
  /** Problems that were repaired. */
  repairs = 0;

  get problemCount(): number {
    return FILE_PROBLEMS.reduce((sum, problem) => sum + this.problems[problem], 0);
  }

  addFile({ bytes, sha256 }: RecordedArtifact, deep: boolean): void {
    this.files += 1;
    this.bytes += bytes;
    if (deep && sha256 === null) this.withoutChecksum += 1;
  }

  addProblem(problem: FileProblem): void {
    this.problems[problem] += 1;
  }

  addImage(problem: FileProblem, requestId: string): void {
    this.images += 1;
    const counts = this.requests.get(requestId) ?? none();
    counts[problem] += 1;
    this.requests.set(requestId, counts);
  }

  addRepair({ pending, cancelled }: RepairedImages): void {
    this.repairs += 1;
    this.repaired.pending += pending;
    this.repaired.cancelled += cancelled;
  }
}
