import { Injectable } from '@nestjs/common';
import { FORMATS } from '../../platform/compression/formats/index.js';
import type { ImageFormat } from '../../platform/compression/inspect/image-format.js';
import { identifyImage } from '../../platform/compression/inspect/image-type.js';
import type { ClaimedImage } from '../../platform/database/statements/claim-images.js';
import { Downloader } from '../../platform/http-client/downloader.js';
import { toAuditEntries } from '../../platform/presets/audit-reason.js';
import { checkImage } from '../../platform/presets/check-image.js';
import { getExtension, type FileFacts } from '../../platform/presets/file-facts.js';
import { readHeader } from '../../platform/presets/header/read-header.js';
import { PRESETS } from '../../platform/presets/index.js';
import { ArtifactStore } from '../../platform/storage/artifact-store.js';
import type { StageTimer } from '../../platform/telemetry/stage-timer.js';
import { SchemeFallback } from './scheme-fallback.js';
import type { StoredArtifact } from './artifact-builder.js';
import type { AuditedResult } from './image-result.js';

/** Facts from an image header. Width and height are null if the first bytes do not contain them. */
interface HeaderFacts {
  format: ImageFormat | null;
  width: number | null;
  height: number | null;
  animated: boolean | null;
}

/** Checks images against the limits of the preset of their request. */
@Injectable()
export class ImageAudits {
  constructor(
    private readonly downloader: Downloader,
    private readonly store: ArtifactStore,
    private readonly schemeFallback: SchemeFallback,
  ) {}

  /**
   * Checks the source of an image. Downloads only the first bytes and does not decode the image.
   * @throws AppError whose retry policy applies to the image; the reason of `signal` when aborted
   */
  async auditSource(
    image: ClaimedImage,
    { signal, stages }: { signal: AbortSignal; stages: StageTimer },
  ): Promise<AuditedResult> {
    const { inputUrl, preset } = image;
    let format: ImageFormat | undefined;
    const readFacts = (head: Buffer, isComplete: boolean): HeaderFacts | undefined => {
      format ??= identifyImage(head);
      return readHeader(head, isComplete);
    };
    const file = this.store.temporaryPath();
    const { value, bytes } = await stages.measureDownload((onStart) =>
      this.schemeFallback.withHttpFallback(image, (url) =>
        this.downloader.readHead(url, readFacts, { to: file, signal, onStart }),
      ),
    );
    const header = value ?? { ...UNKNOWN_HEADER, format: format ?? null };
    const source: FileFacts = { ...header, bytes, extension: getExtension(inputUrl) };
    return {
      status: 'audited',
      audit: preset === null ? [] : toAuditEntries(checkImage(PRESETS[preset], source, [])),
    };
  }

  /**
   * Checks the stored outputs of an image, and the dimensions of its source.
   * @returns reasons in stored form; undefined if the request is not audited
   */
  auditOutputs(
    { preset, audit }: ClaimedImage,
    artifacts: readonly StoredArtifact[],
  ): string[] | undefined {
    if (preset === null || audit === null) return undefined;
    const sourceProperties = artifacts.find(({ source }) => source !== null)?.source;
    const source: FileFacts = {
      ...(sourceProperties ?? UNKNOWN_HEADER),
      bytes: null,
      extension: null,
    };
    const outputFacts = artifacts.map((artifact) =>
      getOutputFacts(artifact, sourceProperties?.animated ?? null),
    );
    return toAuditEntries(checkImage(PRESETS[preset], source, outputFacts));
  }
}

const UNKNOWN_HEADER: HeaderFacts = { format: null, width: null, height: null, animated: null };

function getOutputFacts(
  { format, width, height, bytes }: StoredArtifact,
  isSourceAnimated: boolean | null,
): FileFacts {
  const animated = FORMATS[format].frames === 'animation' ? isSourceAnimated : false;
  // The URL of an output has the extension of its format.
  return { format, width, height, bytes, animated, extension: null };
}
