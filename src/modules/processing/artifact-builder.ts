import { copyFile } from 'node:fs/promises';
import { Injectable } from '@nestjs/common';
import {
  type Compressed,
  Compressor,
  type SourceInfo,
} from '../../platform/compression/compressor.js';
import { ENCODER_VERSION } from '../../platform/compression/encode/encoder-settings.js';
import type { ImageFormat } from '../../platform/compression/inspect/image-format.js';
import { ServerSecret } from '../../platform/config/server-secret.js';
import type { ArtifactWithSource } from '../../platform/database/repositories/artifacts.js';
import { OwnerUsageMeter } from '../../platform/database/owner-usage-meter.js';
import { outputsOf, type RequestOutput } from '../../platform/database/request-output.js';
import type { ClaimedImage } from '../../platform/database/statements/claim-images.js';
import { computeArtifactKey } from '../../platform/storage/artifact-key.js';
import { ArtifactStore } from '../../platform/storage/artifact-store.js';
import type { StageTimer } from '../../platform/telemetry/stage-timer.js';
import type { FetchedSource } from './source-fetcher.js';
import { KnownArtifacts } from './known-artifacts.js';
import { getErrorForWaitingImages, addOutputName } from './output-errors.js';
import { OutcomeRecorder } from './outcome-recorder.js';

/** A stored artifact of one source with one set of options. */
export interface StoredArtifact {
  key: string;
  format: ImageFormat;
  width: number;
  height: number;
  bytes: number;
  keptOriginal: boolean;
  /** True if this process has just stored the artifact, false if it already existed. */
  isNew: boolean;
  /** Null if an earlier version stored the artifact. */
  source: SourceProperties | null;
}

/** Source properties that are stored with each artifact. */
export type SourceProperties = Pick<SourceInfo, 'format' | 'width' | 'height' | 'animated'>;

interface BuildContext {
  signal: AbortSignal;
  stages: StageTimer;
}

/** An output of an image with the key of its artifact. */
interface KeyedOutput extends RequestOutput {
  key: string;
}

/** Pipeline steps `reuse or compress` and `store`: finds or builds the artifacts of all outputs. */
@Injectable()
export class ArtifactBuilder {
  /** Artifacts that are being built. Products with the same source share one compression. */
  private readonly pendingBuilds = new Map<string, Promise<StoredArtifact>>();

  constructor(
    private readonly compressor: Compressor,
    private readonly store: ArtifactStore,
    private readonly knownArtifacts: KnownArtifacts,
    private readonly recorder: OutcomeRecorder,
    private readonly serverSecret: ServerSecret,
    private readonly usage: OwnerUsageMeter,
  ) {}

  /**
   * Returns the stored artifacts of the source with this hash, one for each output of the image. Returns
   * undefined unless all artifacts are stored.
   */
  async findArtifacts(image: ClaimedImage, sha256: string): Promise<StoredArtifact[] | undefined> {
    const outputs = this.addKeys(image, sha256);
    const storedArtifacts = await this.findStoredArtifacts(image, outputs);
    const artifacts = outputs.flatMap(({ key }) => storedArtifacts.get(key) ?? []);
    return artifacts.length === outputs.length ? artifacts : undefined;
  }

  /**
   * Returns the artifacts of a source, one for each output of the image. Creates only
   * the artifacts that are not stored yet. Images with the same source and options share one compression.
   */
  async provideArtifacts(
    image: ClaimedImage,
    source: FetchedSource,
    context: BuildContext,
  ): Promise<StoredArtifact[]> {
    const outputs = this.addKeys(image, source.sha256);
    const artifacts = await this.findStoredArtifacts(image, outputs);
    const missingOutputs = new Map(
      outputs.filter(({ key }) => !artifacts.has(key)).map((output) => [output.key, output]),
    );
    if (missingOutputs.size > 0) {
      const newArtifacts = await this.buildArtifacts(
        image,
        source,
        [...missingOutputs.values()],
        context,
      );
      for (const artifact of newArtifacts) artifacts.set(artifact.key, artifact);
    }
    return outputs.map(({ key }) => artifacts.get(key)!);
  }

  private async findStoredArtifacts(
    { requestId }: ClaimedImage,
    outputs: readonly KeyedOutput[],
  ): Promise<Map<string, StoredArtifact>> {
    const keys = [...new Set(outputs.map(({ key }) => key))];
    const knownArtifacts = await Promise.all(
      keys.map((key) => this.knownArtifacts.findArtifact(key, requestId)),
    );
    return new Map(
      knownArtifacts.flatMap((artifactRow, i) => {
        if (!artifactRow) return [];
        const { format, width, height, bytes, keptOriginal } = artifactRow;
        const key = keys[i];
        const source = toSourceProperties(artifactRow);
        const artifact = { key, format, width, height, bytes, keptOriginal, isNew: false, source };
        return [[key, artifact] as const];
      }),
    );
  }

  /** Builds the artifacts that no other image is building. Waits for the artifacts that other images are building. */
  private async buildArtifacts(
    image: ClaimedImage,
    source: FetchedSource,
    outputs: readonly KeyedOutput[],
    context: BuildContext,
  ): Promise<StoredArtifact[]> {
    const sharedBuilds = outputs.flatMap(({ key }) => this.pendingBuilds.get(key) ?? []);
    const newOutputs = outputs.filter(({ key }) => !this.pendingBuilds.has(key));
    const build = newOutputs.length > 0 ? this.startBuild(image, source, newOutputs, context) : [];
    // Waits for the compression even if a shared build fails, because the source is removed afterward.
    const results = await Promise.allSettled([build, Promise.all(sharedBuilds)]);
    return results.flatMap((result) => {
      if (result.status === 'rejected') throw result.reason;
      return result.value;
    });
  }

  private startBuild(
    image: ClaimedImage,
    source: FetchedSource,
    outputs: readonly KeyedOutput[],
    context: BuildContext,
  ): Promise<StoredArtifact[]> {
    const build = this.compressAndStore(image, source.content, outputs, context);
    for (const [i, { key }] of outputs.entries()) {
      const artifact = build
        .then(
          (artifacts) => artifacts[i],
          (error: unknown) => Promise.reject(getErrorForWaitingImages(error, i)),
        )
        .finally(() => this.pendingBuilds.delete(key));
      // Prevents an unhandled rejection if no other image waits for the artifact.
      artifact.catch(() => undefined);
      this.pendingBuilds.set(key, artifact);
    }
    return build.catch((error: unknown) =>
      Promise.reject(image.outputs ? addOutputName(error, outputs) : error),
    );
  }

  private async compressAndStore(
    image: ClaimedImage,
    source: FetchedSource['content'],
    outputs: readonly KeyedOutput[],
    { signal, stages }: BuildContext,
  ): Promise<StoredArtifact[]> {
    const tasks = outputs.map(({ options }) => ({
      target: this.store.createTemporaryPath(),
      options,
    }));
    const targets = tasks.map(({ target }) => target);
    try {
      const { outputs: compressedOutputs, source: sourceInfo } = await stages.measureStage(
        'compress',
        () =>
          this.compressor.compressOutputs(
            { source, outputs: tasks, withHash: image.audit !== null },
            {
              group: image.requestId,
              signal,
              onEnd: (milliseconds) => this.usage.addCompression(image.owner, milliseconds),
            },
          ),
      );
      await stages.measureStage('store', async () => {
        const files = await assignFiles(compressedOutputs, targets, source);
        await Promise.all(
          compressedOutputs.map(async (result, i) => {
            const { key } = outputs[i];
            await this.recorder.reserveArtifact(
              { key, ...result, source: sourceInfo },
              image.requestId,
            );
            await this.store.put(files[i], key, result.format);
          }),
        );
      });
      return compressedOutputs.map(({ format, width, height, bytes, keptOriginal }, i) => {
        const { key } = outputs[i];
        return {
          key,
          format,
          width,
          height,
          bytes,
          keptOriginal,
          isNew: true,
          source: sourceInfo,
        };
      });
    } catch (error) {
      await this.store.discard(...targets);
      throw error;
    }
  }

  private addKeys(image: ClaimedImage, sha256: string): KeyedOutput[] {
    return outputsOf(image).map((output) => ({
      ...output,
      key: computeArtifactKey(this.serverSecret, sha256, output.options, ENCODER_VERSION),
    }));
  }
}

/**
 * Returns the file for each output. The store moves its files, so a source file that several outputs keep is
 * copied for all of them except the last.
 */
async function assignFiles(
  compressedOutputs: readonly Compressed[],
  targets: readonly string[],
  source: FetchedSource['content'],
): Promise<string[]> {
  if (typeof source !== 'string') return [...targets];
  const lastIndex = compressedOutputs.findLastIndex(({ keptOriginal }) => keptOriginal);
  return Promise.all(
    compressedOutputs.map(async ({ keptOriginal }, i) => {
      if (i === lastIndex) return source;
      if (keptOriginal) await copyFile(source, targets[i]);
      return targets[i];
    }),
  );
}

function toSourceProperties(artifact: ArtifactWithSource): SourceProperties | null {
  const { sourceFormat, sourceWidth, sourceHeight, sourceAnimated } = artifact;
  if (sourceFormat === null || sourceWidth === null || sourceHeight === null) return null;
  return {
    format: sourceFormat,
    width: sourceWidth,
    height: sourceHeight,
    animated: sourceAnimated ?? false,
  };
}
