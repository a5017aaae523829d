import { copyFile } from 'node:fs/promises';
import { Injectable } from '@nestjs/common';
import {
  type Compressed,
  Compressor,
  type SourceFacts,
} from '../../platform/compression/compressor.js';
import { ENCODER_VERSION } from '../../platform/compression/encode/encoder-settings.js';
import type { ImageFormat } from '../../platform/compression/inspect/image-format.js';
import { ServerSecret } from '../../platform/config/server-secret.js';
import type { FoundArtifact } from '../../platform/database/repositories/artifacts.js';
import { OwnerUsageMeter } from '../../platform/database/owner-usage-meter.js';
import { outputsOf, type RequestOutput } from '../../platform/database/request-output.js';
import type { ClaimedImage } from '../../platform/database/statements/claim-images.js';
import { computeArtifactKey } from '../../platform/storage/artifact-key.js';
import { ArtifactStore } from '../../platform/storage/artifact-store.js';
import type { StageTimer } from '../../platform/telemetry/stage-timer.js';
import type { FetchedSource } from './source-fetcher.js';
import { KnownArtifacts } from './known-artifacts.js';
import { errorForWaitingImages, withOutputName } from './output-errors.js';
import { OutcomeRecorder } from './outcome-recorder.js';

/** A stored artifact of one source with one set of options. */
export interface StoredArtifact {
  key: string;
  format: ImageFormat;
  width: number;
  height: number;
  bytes: number;
  keptOriginal: boolean;
  /** True if this app has just stored it, false if it already existed. */
  isNew: boolean;
  /** Null if an earlier version stored the artifact. */
  source: SourceShape | null;
}

/** Facts of a source that its artifacts store. */
export type SourceShape = Pick<SourceFacts, 'format' | 'width' | 'height' | 'animated'>;

interface Work {
  signal: AbortSignal;
  stages: StageTimer;
}

/** An output of an image, and the key of its artifact. */
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
    private readonly known: KnownArtifacts,
    private readonly recorder: OutcomeRecorder,
    private readonly secret: ServerSecret,
    private readonly usage: OwnerUsageMeter,
  ) {}

  /**
   * Returns the stored artifacts of a source with this hash, one for each output of the image. Returns
   * undefined unless all of them are stored.
   */
  async findArtifacts(image: ClaimedImage, sha256: string): Promise<StoredArtifact[] | undefined> {
    const outputs = this.withKeys(image, sha256);
    const found = await this.findEach(image, outputs);
    const artifacts = outputs.flatMap(({ key }) => found.get(key) ?? []);
    return artifacts.length === outputs.length ? artifacts : undefined;
  }

  /**
   * Returns the artifacts of a source, one for each output of the image. Compresses the source to those
   * outputs that are not stored, once for all images with the same source and options.
   */
  async provideArtifacts(
    image: ClaimedImage,
    source: FetchedSource,
    work: Work,
  ): Promise<StoredArtifact[]> {
    const outputs = this.withKeys(image, source.sha256);
    const artifacts = await this.findEach(image, outputs);
    const missing = new Map(
      outputs.filter(({ key }) => !artifacts.has(key)).map((output) => [output.key, output]),
    );
    if (missing.size > 0) {
      const built = await this.buildArtifacts(image, source, [...missing.values()], work);
      for (const artifact of built) artifacts.set(artifact.key, artifact);
    }
    return outputs.map(({ key }) => artifacts.get(key)!);
  }

  private async findEach(
    { requestId }: ClaimedImage,
    outputs: readonly KeyedOutput[],
  ): Promise<Map<string, StoredArtifact>> {
    const keys = [...new Set(outputs.map(({ key }) => key))];
    const found = await Promise.all(keys.map((key) => this.known.find(key, requestId)));
    return new Map(
      found.flatMap((known, i) => {
        if (!known) return [];
        const { format, width, height, bytes, keptOriginal } = known;
        const key = keys[i];
        const source = toSourceShape(known);
        const artifact = { key, format, width, height, bytes, keptOriginal, isNew: false, source };
        return [[key, artifact] as const];
      }),
    );
  }

  /** Builds the artifacts that no other image is building, and waits for the others. */
  private async buildArtifacts(
    image: ClaimedImage,
    source: FetchedSource,
    outputs: readonly KeyedOutput[],
    work: Work,
  ): Promise<StoredArtifact[]> {
    const shared = outputs.flatMap(({ key }) => this.pendingBuilds.get(key) ?? []);
    const own = outputs.filter(({ key }) => !this.pendingBuilds.has(key));
    const build = own.length > 0 ? this.startBuild(image, source, own, work) : [];
    // The source must not be removed before its compression has ended, even if a shared one fails.
    const ended = await Promise.allSettled([build, Promise.all(shared)]);
    return ended.flatMap((result) => {
      if (result.status === 'rejected') throw result.reason;
      return result.value;
    });
  }

  private startBuild(
    image: ClaimedImage,
    source: FetchedSource,
    outputs: readonly KeyedOutput[],
    work: Work,
  ): Promise<StoredArtifact[]> {
    const built = this.compressAndStore(image, source.content, outputs, work);
    for (const [i, { key }] of outputs.entries()) {
      const artifact = built
        .then(
          (artifacts) => artifacts[i],
          (error: unknown) => Promise.reject(errorForWaitingImages(error, i)),
        )
        .finally(() => this.pendingBuilds.delete(key));
      // Prevents an unhandled rejection if no other image waits for the artifact.
      artifact.catch(() => undefined);
      this.pendingBuilds.set(key, artifact);
    }
    return built.catch((error: unknown) =>
      Promise.reject(image.outputs ? withOutputName(error, outputs) : error),
    );
  }

  private async compressAndStore(
    image: ClaimedImage,
    source: FetchedSource['content'],
    outputs: readonly KeyedOutput[],
    { signal, stages }: Work,
  ): Promise<StoredArtifact[]> {
    const tasks = outputs.map(({ options }) => ({
      target: this.store.createTemporaryPath(),
      options,
    }));
    const targets = tasks.map(({ target }) => target);
    try {
      const { outputs: compressed, ...about } = await stages.measureStage('compress', () =>
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
        const files = await assignFiles(compressed, targets, source);
        await Promise.all(
          compressed.map(async (result, i) => {
            const { key } = outputs[i];
            const { source: facts } = about;
            await this.recorder.reserve({ key, ...result, source: facts }, image.requestId);
            await this.store.put(files[i], key, result.format);
          }),
        );
      });
      return compressed.map(({ format, width, height, bytes, keptOriginal }, i) => {
        const { key } = outputs[i];
        return {
          key,
          format,
          width,
          height,
          bytes,
          keptOriginal,
          isNew: true,
          source: about.source,
        };
      });
    } catch (error) {
      await this.store.discard(...targets);
      throw error;
    }
  }

  private withKeys(image: ClaimedImage, sha256: string): KeyedOutput[] {
    return outputsOf(image).map((output) => ({
      ...output,
      key: computeArtifactKey(this.secret, sha256, output.options, ENCODER_VERSION),
    }));
  }
}

/**
 * Returns the file of each output. The store moves its files, so a source file that several outputs keep is
 * copied for all but the last of them.
 */
async function assignFiles(
  compressed: readonly Compressed[],
  targets: readonly string[],
  source: FetchedSource['content'],
): Promise<string[]> {
  if (typeof source !== 'string') return [...targets];
  const last = compressed.findLastIndex(({ keptOriginal }) => keptOriginal);
  return Promise.all(
    compressed.map(async ({ keptOriginal }, i) => {
      if (i === last) return source;
      if (keptOriginal) await copyFile(source, targets[i]);
      return targets[i];
    }),
  );
}

function toSourceShape(artifact: FoundArtifact): SourceShape | null {
  const { sourceFormat, sourceWidth, sourceHeight, sourceAnimated } = artifact;
  if (sourceFormat === null || sourceWidth === null || sourceHeight === null) return null;
  return {
    format: sourceFormat,
    width: sourceWidth,
    height: sourceHeight,
    animated: sourceAnimated ?? false,
  };
}
