import { Injectable } from '@nestjs/common';
import { Compressor } from '../../platform/compression/compressor.js';
import { ENCODER_VERSION } from '../../platform/compression/encoder-settings.js';
import { CompressionError } from '../../platform/compression/image-errors.js';
import type { ImageFormat } from '../../platform/compression/image-format.js';
import { ServerSecret } from '../../platform/config/server-secret.js';
import { OwnerUsageMeter } from '../../platform/database/owner-usage-meter.js';
import type { ClaimedImage } from '../../platform/database/statements/claim-images.js';
import { artifactKey } from '../../platform/storage/artifact-key.js';
import { ArtifactStore } from '../../platform/storage/artifact-store.js';
import type { StageTimer } from '../../platform/telemetry/stage-timer.js';
import type { FetchedSource } from './source-fetcher.js';
import { KnownArtifacts } from './known-artifacts.js';
import { OutcomeRecorder } from './outcome-recorder.js';

/** A stored artifact of one source with one set of options. */
export interface StoredArtifact {
  key: string;
  format: ImageFormat;
  width: number;
  height: number;
  bytes: number;
  keptOriginal: boolean;
  /** True if this app stored it now, false if it was found. */
  made: boolean;
}

/** Pipeline steps `reuse or compress` and `store`: finds or makes artifacts. */
@Injectable()
export class ArtifactMaker {
  /** Artifacts under construction. Two products with the same source share one compression. */
  private readonly making = new Map<string, Promise<StoredArtifact>>();

  constructor(
    private readonly compressor: Compressor,
    private readonly store: ArtifactStore,
    private readonly known: KnownArtifacts,
    private readonly recorder: OutcomeRecorder,
    private readonly secret: ServerSecret,
    private readonly usage: OwnerUsageMeter,
  ) {}

  /** Returns the stored artifact of a source with this hash and the options of the image, if any. */
  async findArtifact(image: ClaimedImage, sha256: string): Promise<StoredArtifact | undefined> {
    const key = this.keyOf(image, sha256);
    const known = await this.known.find(key, image.requestId);
    if (!known) return undefined;
    const { format, width, height, bytes, keptOriginal } = known;
    return { key, format, width, height, bytes, keptOriginal, made: false };
  }

  /** Compresses and stores a source, once for all images with the same source and options. */
  makeArtifact(
    image: ClaimedImage,
    source: FetchedSource,
    work: { signal: AbortSignal; stages: StageTimer },
  ): Promise<StoredArtifact> {
    const key = this.keyOf(image, source.sha256);
    const running = this.making.get(key);
    if (running) return running;
    const made = this.compressAndStore(key, image, source.content, work).finally(() =>
      this.making.delete(key),
    );
    this.making.set(key, made);
    return made;
  }

  private async compressAndStore(
    key: string,
    image: ClaimedImage,
    source: FetchedSource['content'],
    { signal, stages }: { signal: AbortSignal; stages: StageTimer },
  ): Promise<StoredArtifact> {
    const target = this.store.temporaryPath();
    try {
      const compressed = await stages.measureStage('compress', () =>
        this.compressor.compress(
          { source, target, options: image.options },
          { group: image.requestId, signal },
        ),
      );
      this.usage.addCompression(image.owner, compressed.compressionMs ?? 0);
      const isSource = compressed.keptOriginal && typeof source === 'string';
      await stages.measureStage('store', async () => {
        await this.recorder.reserve({ key, ...compressed }, image.requestId);
        await this.store.put(isSource ? source : target, key, compressed.format);
      });
      return { key, ...compressed, made: true };
    } catch (error) {
      if (error instanceof CompressionError) {
        this.usage.addCompression(image.owner, error.compressionMs ?? 0);
      }
      await this.store.discard(target);
      throw error;
    }
  }

  private keyOf({ options }: ClaimedImage, sha256: string): string {
    return artifactKey(this.secret, sha256, options, ENCODER_VERSION);
  }
}
