import type { ArtifactRepairRepository } from '../../platform/database/repositories/artifact-repair.js';
import type {
  ArtifactVerificationRepository,
  ImagePosition,
  RecordedArtifact,
  UnrecordedImage,
} from '../../platform/database/repositories/artifact-verification.js';
import type { ArtifactStore } from '../../platform/storage/artifact-store.js';
import { checkFile, type CheckedFile, type FileProblem } from './file-problem.js';
import { type FoundProblem, VerificationTotals } from './verification-totals.js';

export interface VerifyOptions {
  /** Reads each file and compares its SHA-256. */
  deep: boolean;
  /** Makes the images of lost files pending again. */
  repair: boolean;
}

export interface VerifyDependencies {
  rows: ArtifactVerificationRepository;
  repairs: ArtifactRepairRepository;
  store: ArtifactStore;
}

/** Files checked concurrently. */
const CONCURRENCY = 16;

/** An unreadable file may be intact, so its images stay unchanged. */
const REPAIRABLE: ReadonlySet<FileProblem> = new Set(['missing', 'wrong_size', 'damaged']);

/** Compares each stored file with its row. Safe while the app runs. */
export class FileVerification {
  readonly totals = new VerificationTotals();

  constructor(
    private readonly dependencies: VerifyDependencies,
    private readonly options: VerifyOptions,
  ) {}

  /** Yields each problem once per affected image, or once if no image is affected. */
  async *findProblems(): AsyncGenerator<FoundProblem> {
    for await (const page of this.dependencies.rows.listArtifacts()) {
      for (let from = 0; from < page.length; from += CONCURRENCY) {
        const artifacts = page.slice(from, from + CONCURRENCY);
        const checked = await Promise.all(
          artifacts.map((artifact) => this.checkArtifact(artifact)),
        );
        for (const [index, { problem }] of checked.entries()) {
          if (problem) yield* this.confirmProblem(artifacts[index].key);
        }
      }
    }
    yield* this.findUnrecorded();
  }

  private async checkArtifact(artifact: RecordedArtifact): Promise<CheckedFile> {
    const checked = await checkFile(this.dependencies.store, artifact, this.options.deep);
    this.totals.addFile(artifact, this.options.deep);
    return checked;
  }

  /**
   * Reads row and file again, because the app may have removed or replaced the file in the
   * meantime.
   */
  private async *confirmProblem(key: string): AsyncGenerator<FoundProblem> {
    const artifact = await this.dependencies.rows.findArtifact(key);
    if (!artifact) return;
    const { problem, bytes } = await checkFile(
      this.dependencies.store,
      artifact,
      this.options.deep,
    );
    if (!problem) return;
    const found = {
      problem,
      file: this.dependencies.store.getLocation(artifact.key, artifact.format),
      expectedBytes: artifact.bytes,
      foundBytes: bytes,
    };
    this.totals.addProblem(problem);

    let used = false;
    for await (const images of this.dependencies.rows.imagesUsing(key)) {
      used = true;
      for (const image of images) yield this.countAffectedImage({ ...found, image });
    }
    if (!used) yield { ...found };
    if (this.options.repair && REPAIRABLE.has(problem)) await this.repairArtifact(artifact);
  }

  private async repairArtifact(artifact: RecordedArtifact): Promise<void> {
    const { key } = artifact;
    const moved = await this.dependencies.repairs.repairArtifact(key, async () => {
      const { problem } = await checkFile(this.dependencies.store, artifact, this.options.deep);
      return problem !== undefined && REPAIRABLE.has(problem);
    });
    this.totals.addRepair(moved);
  }

  private async *findUnrecorded(): AsyncGenerator<FoundProblem> {
    for (const rows of [
      this.dependencies.rows.listUnrecordedImages(),
      this.dependencies.rows.listUnrecordedOutputs(),
    ]) {
      for await (const images of rows) yield* this.reportUnrecorded(images);
    }
  }

  private async *reportUnrecorded(images: UnrecordedImage[]): AsyncGenerator<FoundProblem> {
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

  private countAffectedImage(found: FoundProblem & { image: ImagePosition }): FoundProblem {
    this.totals.addImage(found.problem, found.image.requestId);
    return found;
  }
}
