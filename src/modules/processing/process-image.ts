import { Injectable, Logger } from '@nestjs/common';
import { Env } from '../../platform/config/env.js';
import type { ClaimedImage } from '../../platform/database/statements/claim-images.js';
import { AppError } from '../../platform/errors/app-error.js';
import { HostBusyError } from '../../platform/http-client/outbound-errors.js';
import { withLogContext } from '../../platform/logging/log-context.js';
import { formatUrlForLog } from '../../platform/logging/logged-url.js';
import { StoragePause } from '../../platform/storage/storage-pause.js';
import { ArtifactBuilder, type StoredArtifact } from './artifact-builder.js';
import { type ImageAttempt, ImageTelemetry } from './image-telemetry.js';
import { type Claim, ImageClaims, ImageClaimLostError } from './image-claims.js';
import { ImageAudits } from './image-audits.js';
import type { AuditedResult, CompletedResult, ImageResult } from './image-result.js';
import { ResultRecorder } from './result-recorder.js';
import { decideRetry, getErrorCode } from './retry-decision.js';
import { type FetchedSource, SourceFetcher } from './source-fetcher.js';
import { PROCESSING_ERRORS } from './error-table.js';

/** Number of workers that may crash while processing an image before the image is considered the cause. */
const MAX_INTERRUPTIONS = 10;

/** The pipeline of one image: claim -> fetch -> reuse or compress -> store -> record -> release. */
@Injectable()
export class ProcessImage {
  private readonly log = new Logger(ProcessImage.name);

  constructor(
    private readonly claims: ImageClaims,
    private readonly sources: SourceFetcher,
    private readonly artifacts: ArtifactBuilder,
    private readonly audits: ImageAudits,
    private readonly results: ResultRecorder,
    private readonly storagePause: StoragePause,
    private readonly telemetry: ImageTelemetry,
    private readonly env: Env,
  ) {}

  /** Processes one image and returns its recorded result. */
  async processImage(imageId: string, requestId: string): Promise<ImageResult> {
    const claim = await this.claims.claimImage(imageId, requestId);
    if (!claim) return this.telemetry.recordUnclaimed();
    const { image } = claim;
    const attempt = this.telemetry.startAttempt(image);
    try {
      return await withLogContext(attempt.logContext, () => this.processClaim(claim, attempt));
    } finally {
      attempt.end();
      this.claims.stopRenewingLease(image);
    }
  }

  private async processClaim(claim: Claim, attempt: ImageAttempt): Promise<ImageResult> {
    try {
      return await this.recordResult(claim, attempt, await this.produceResult(claim, attempt));
    } catch (error) {
      attempt.errorCode = getErrorCode(error);
      return this.recordResult(claim, attempt, this.handleFailure(claim, error));
    }
  }

  private async recordResult(
    { image }: Claim,
    attempt: ImageAttempt,
    result: ImageResult,
  ): Promise<ImageResult> {
    attempt.result = await attempt.stages.measureStage('record', () =>
      this.results.recordResult(image, result),
    );
    return attempt.result;
  }

  private async produceResult(
    claim: Claim,
    attempt: ImageAttempt,
  ): Promise<CompletedResult | AuditedResult> {
    const { image, signal } = claim;
    if (image.audit === 'sources') {
      return this.audits.auditSource(image, { signal, stages: attempt.stages });
    }
    return this.produceArtifacts(claim, attempt);
  }

  private async produceArtifacts(
    { image, signal }: Claim,
    { stages }: ImageAttempt,
  ): Promise<CompletedResult> {
    if (image.interruptions >= MAX_INTERRUPTIONS) throw new InterruptedTooOftenError();
    await this.sources.waitForBudget();
    const context = { signal, stages };
    const validators = image.knownSource ?? undefined;
    // If an artifact is missing, the source is needed anyway, so the download is not conditional.
    const previousArtifacts =
      validators && (await this.artifacts.findArtifacts(image, validators.sha256));
    const newResult = await this.sources.useSource(
      image,
      previousArtifacts && validators,
      context,
      async (source) =>
        this.toResultWithAudit(
          image,
          await this.artifacts.provideArtifacts(image, source, context),
          source,
        ),
    );
    return newResult ?? this.toResultWithAudit(image, previousArtifacts!, validators!);
  }

  private toResultWithAudit(
    image: ClaimedImage,
    artifacts: readonly StoredArtifact[],
    source: Pick<FetchedSource, 'bytes' | 'downloadedSource'>,
  ): CompletedResult {
    return {
      ...toCompletedResult(artifacts, source),
      audit: this.audits.auditOutputs(image, artifacts),
    };
  }

  private handleFailure({ image, signal }: Claim, error: unknown): ImageResult {
    if (signal.reason instanceof ImageClaimLostError) {
      this.log.debug('Image was canceled or claimed by another worker; processing stopped');
      return { status: 'released', reason: 'lost' };
    }
    if (this.claims.isAborted) return { status: 'released', reason: 'stopping' };
    this.storagePause.reportError(error);
    const result = decideRetry(error, image.attempts, {
      maxAttempts: this.env.IMAGE_ATTEMPTS,
      firstDelayMs: this.env.IMAGE_RETRY_SECONDS * 1000,
    });
    const fields = {
      ...buildLogFields(error),
      input_url: formatUrlForLog(image.inputUrl),
      attempts: image.attempts,
    };
    if (result.status === 'failed') this.log.warn({ message: 'Image failed', ...fields });
    else {
      const message = `Image will be retried in ${Math.round(result.delayMs / 1000)} s`;
      // Logged at debug level, because thousands of images may wait for a slow host.
      if (error instanceof HostBusyError) this.log.debug({ message, ...fields });
      else this.log.warn({ message, ...fields });
    }
    return result;
  }
}

function toCompletedResult(
  artifacts: readonly StoredArtifact[],
  source: Pick<FetchedSource, 'bytes' | 'downloadedSource'>,
): CompletedResult {
  const [firstOutput, ...additionalOutputs] = artifacts.map(
    ({ key, bytes, source: _source, ...artifact }) => ({
      ...artifact,
      artifactKey: key,
      bytesOut: bytes,
    }),
  );
  return {
    status: 'completed',
    ...firstOutput,
    bytesIn: source.bytes,
    downloadedSource: source.downloadedSource,
    ...(additionalOutputs.length > 0 && { additionalOutputs }),
  };
}

/** Returns the code and message of an expected error, or the stack of an unexpected error. */
function buildLogFields(error: unknown): Record<string, unknown> {
  if (!(error instanceof AppError)) return { code: getErrorCode(error), err: error };
  const cause = error.cause instanceof Error ? { cause: error.cause.message } : {};
  return { code: error.code, reason: error.message, ...cause };
}

class InterruptedTooOftenError extends AppError {
  constructor() {
    super(PROCESSING_ERRORS.processing_interrupted, {
      message: `Pressroom stopped unexpectedly ${MAX_INTERRUPTIONS} times while processing this image, which may be the cause. Replace the image, then retry.`,
    });
  }
}
