import type { ArtifactRepairRepository } from '../../platform/database/repositories/artifact-repair.js';
import type {
  ArtifactVerificationRepository,
  ImagePosition,
  RecordedArtifact,
  UnrecordedImage,
} from '../../platform/database/repositories/artifact-verification.js';
import type { ArtifactStore } from '../../platform/storage/artifact-store.js';
import { checkFile, type FileCheckResult, type StoredFileProblem } from './stored-file-problem.js';
import { type VerificationProblem, VerificationTotals } from './verification-totals.js';

export interface VerificationOptions {
  /** Reads each file and compares its SHA-256. */
  deep: boolean;
  /** Makes the images of lost files pending again. */
  repair: boolean;
}

export interface VerificationDependencies {
  rows: ArtifactVerificationRepository;
  repairs: ArtifactRepairRepository;
  store: ArtifactStore;
}

/** Maximum number of files that are checked concurrently. */
const MAX_CONCURRENT_CHECKS = 16;

/** Problems that can be repaired. An unreadable file may be intact, so its images stay unchanged. */
const REPAIRABLE_PROBLEMS: ReadonlySet<StoredFileProblem> = new Set([
  'missing',
  'wrong_size',
  'damaged',
]);

/** Compares each stored file with its row. Can be used while the app is running. */
export class FileVerification {
  readonly totals = new VerificationTotals();

  constructor(
    private readonly dependencies: VerificationDependencies,
    private readonly options: VerificationOptions,
  ) {}

  /** Yields each problem once per affected image, or once if no image is affected. */
  async *findProblems(): AsyncGenerator<VerificationProblem> {
    for await (const page of this.dependencies.rows.listArtifacts()) {
      for (let start = 0; start < page.length; start += MAX_CONCURRENT_CHECKS) {
        const artifacts = page.slice(start, start + MAX_CONCURRENT_CHECKS);
        const checkedFiles = await Promise.all(
          artifacts.map((artifact) => this.checkArtifact(artifact)),
        );
        for (const [index, { problem }] of checkedFiles.entries()) {
          if (problem) yield* this.confirmProblem(artifacts[index].key);
        }
      }
    }
    yield* this.findUnrecordedImages();
  }

  private async checkArtifact(artifact: RecordedArtifact): Promise<FileCheckResult> {
    const checkedFile = await checkFile(this.dependencies.store, artifact, this.options.deep);
    this.totals.addFile(artifact, this.options.deep);
    return checkedFile;
  }

  /**
   * Reads the row and the file again, because the app may have removed or replaced the file in the
   * meantime.
   */
  private async *confirmProblem(key: string): AsyncGenerator<VerificationProblem> {
    const artifact = await this.dependencies.rows.findArtifact(key);
    if (!artifact) return;
    const { problem, bytes } = await checkFile(
      this.dependencies.store,
      artifact,
      this.options.deep,
    );
    if (!problem) return;
    const problemDetails = {
      problem,
      file: this.dependencies.store.getLocation(artifact.key, artifact.format),
      expectedBytes: artifact.bytes,
      foundBytes: bytes,
    };
    this.totals.addProblem(problem);

    let isUsed = false;
    for await (const images of this.dependencies.rows.listImagesUsing(key)) {
      isUsed = true;
      for (const image of images) yield this.countAffectedImage({ ...problemDetails, image });
    }
    if (!isUsed) yield { ...problemDetails };
    if (this.options.repair && REPAIRABLE_PROBLEMS.has(problem))
      await this.repairArtifact(artifact);
  }

  private async repairArtifact(artifact: RecordedArtifact): Promise<void> {
    const { key } = artifact;
    const repairedImages = await this.dependencies.repairs.repairArtifact(key, async () => {
      const { problem } = await checkFile(this.dependencies.store, artifact, this.options.deep);
      return problem !== undefined && REPAIRABLE_PROBLEMS.has(problem);
    });
    this.totals.addRepair(repairedImages);
  }

  private async *findUnrecordedImages(): AsyncGenerator<VerificationProblem> {
    for (const pages of [
      this.dependencies.rows.listUnrecordedImages(),
      this.dependencies.rows.listUnrecordedOutputs(),
    ]) {
      for await (const images of pages) yield* this.reportUnrecordedImages(images);
    }
  }

  private async *reportUnrecordedImages(
    images: UnrecordedImage[],
  ): AsyncGenerator<VerificationProblem> {
    for (const { key, format, ...image } of images) {
      const isUnrecorded = () => this.dependencies.rows.isUnrecorded({ ...image, key });
      if (!(await isUnrecorded())) continue;
      this.totals.addProblem('unrecorded');
      const file = key && format ? this.dependencies.store.getLocation(key, format) : null;
      yield this.countAffectedImage({
        problem: 'unrecorded',
        file,
        expectedBytes: null,
        foundBytes: null,
        image,
      });
      if (this.options.repair && key) {
        this.totals.addRepair(await this.dependencies.repairs.repairArtifact(key, isUnrecorded));
      }
    }
  }

  private countAffectedImage(
    problem: VerificationProblem & { image: ImagePosition },
  ): VerificationProblem {
    this.totals.addImage(problem.problem, problem.image.requestId);
    return problem;
  }
}
