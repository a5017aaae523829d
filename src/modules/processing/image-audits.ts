import { Injectable } from '@nestjs/common';
import type { ImageFormat } from '../../platform/compression/image-format.js';
import { identifyImage } from '../../platform/compression/image-type.js';
import type { ClaimedImage } from '../../platform/database/statements/claim-images.js';
import { allOutputs, type OutcomeOutput } from '../../platform/database/statements/outcome.js';
import { Downloader } from '../../platform/http-client/downloader.js';
import { toAuditEntries } from '../../platform/presets/audit-reason.js';
import { checkImage } from '../../platform/presets/check-image.js';
import { extensionOf, type FileFacts } from '../../platform/presets/file-facts.js';
import { readHeader } from '../../platform/presets/header/read-header.js';
import { PRESETS } from '../../platform/presets/index.js';
import { ArtifactStore } from '../../platform/storage/artifact-store.js';
import type { StageTimer } from '../../platform/telemetry/stage-timer.js';
import type { AuditedImage, CompletedImage } from './image-result.js';

/** Facts of a header; a size beyond the first bytes is unknown. */
interface HeaderFacts {
  format: ImageFormat;
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
  ) {}

  /**
   * Checks the source of an image. Downloads only the first bytes, and decodes no pixels.
   * @throws AppError whose retry policy applies to the image; the reason of `signal` when aborted
   */
  async auditSource(
    { inputUrl, preset }: ClaimedImage,
    { signal, stages }: { signal: AbortSignal; stages: StageTimer },
  ): Promise<AuditedImage> {
    let format: ImageFormat | undefined;
    const readFacts = (head: Buffer, isWhole: boolean): HeaderFacts | undefined => {
      format ??= identifyImage(head);
      return readHeader(head, isWhole);
    };
    const to = this.store.temporaryPath();
    const { value, bytes } = await stages.measureDownload((onStart) =>
      this.downloader.readHead(inputUrl, readFacts, { to, signal, onStart }),
    );
    const header = value ?? { format: format ?? null, width: null, height: null, animated: null };
    const source: FileFacts = { ...header, bytes, extension: extensionOf(inputUrl) };
    return {
      status: 'audited',
      audit: preset === null ? [] : toAuditEntries(checkImage(PRESETS[preset], source, [])),
    };
  }

  /** Adds the result of the audit to an image whose outputs are stored, if its request is audited. */
  auditOutputs({ preset, audit }: ClaimedImage, completed: CompletedImage): CompletedImage {
    if (preset === null || audit === null) return completed;
    const outputs = allOutputs(completed).map(factsOfOutput);
    const reasons = checkImage(PRESETS[preset], UNKNOWN, outputs);
    return { ...completed, audit: toAuditEntries(reasons) };
  }
}

const UNKNOWN: FileFacts = {
  format: null,
  width: null,
  height: null,
  bytes: null,
  animated: null,
  extension: null,
};

const factsOfOutput = ({ format, width, height, bytesOut }: OutcomeOutput): FileFacts => ({
  format: format as ImageFormat,
  width,
  height,
  bytes: bytesOut,
  animated: null,
  // The URL of an output has the extension of its format.
  extension: null,
});
