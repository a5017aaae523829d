import { Injectable } from '@nestjs/common';
import { FORMATS } from '../../platform/compression/formats/index.js';
import type { ImageFormat } from '../../platform/compression/inspect/image-format.js';
import { identifyImage } from '../../platform/compression/inspect/image-type.js';
import type { ClaimedImage } from '../../platform/database/statements/claim-images.js';
import { Downloader } from '../../platform/http-client/downloader.js';
import { toAuditEntries } from '../../platform/presets/audit-reason.js';
import { checkImage } from '../../platform/presets/check-image.js';
import { getExtension, type FileProperties } from '../../platform/presets/file-properties.js';
import { readHeader } from '../../platform/presets/header/read-header.js';
import { PRESETS } from '../../platform/presets/index.js';
import { ArtifactStore } from '../../platform/storage/artifact-store.js';
import type { StageTimer } from '../../platform/telemetry/stage-timer.js';
import { SchemeFallback } from './scheme-fallback.js';
import type { StoredArtifact } from './artifact-builder.js';
import type { AuditedResult } from './image-result.js';

/** Properties from an image header. Width and height are null if the first bytes do not contain them. */
interface HeaderProperties {
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
    const readProperties = (head: Buffer, isComplete: boolean): HeaderProperties | undefined => {
      format ??= identifyImage(head);
      return readHeader(head, isComplete);
    };
    const path = this.store.createTemporaryPath();
    const { value, bytes } = await stages.measureDownload((onStart) =>
      this.schemeFallback.withHttpFallback(image, (url) =>
        this.downloader.readHead(url, readProperties, { path, signal, onStart }),
      ),
    );
    const header = value ?? { ...UNKNOWN_HEADER, format: format ?? null };
    const source: FileProperties = { ...header, bytes, extension: getExtension(inputUrl) };
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
    const source: FileProperties = {
      ...(sourceProperties ?? UNKNOWN_HEADER),
      bytes: null,
      extension: null,
    };
    const outputProperties = artifacts.map((artifact) =>
      getOutputProperties(artifact, sourceProperties?.animated ?? null),
    );
    return toAuditEntries(checkImage(PRESETS[preset], source, outputProperties));
  }
}

const UNKNOWN_HEADER: HeaderProperties = {
  format: null,
  width: null,
  height: null,
  animated: null,
};

function getOutputProperties(
  { format, width, height, bytes }: StoredArtifact,
  isSourceAnimated: boolean | null,
): FileProperties {
  const animated = FORMATS[format].frames === 'animation' ? isSourceAnimated : false;
  // The URL of an output has the extension of its format.
  return { format, width, height, bytes, animated, extension: null };
}
