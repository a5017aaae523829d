import { ApiProperty } from '@nestjs/swagger';
import type { ProcessingRequest } from '../../platform/database/entities/processing-request.entity.js';
import type { AuditCount } from '../../platform/database/repositories/request-audits.js';
import { PASSED_REASON } from '../../platform/database/statements/count-audits.js';
import {
  AUDIT_REASON_CODES,
  type AuditReasonCode,
  parseAuditText,
} from '../../platform/presets/audit-reason.js';
import { describeReason, describeRequirement } from '../../platform/presets/describe-audit.js';
import { PRESETS } from '../../platform/presets/index.js';
import { PRESET_IDS, type PresetId } from '../../platform/presets/preset.js';

const AUDIT_SCOPES = ['outputs', 'sources'] as const;

/** One reason why a marketplace may reject an image. */
export class AuditReasonDto {
  @ApiProperty({ enum: AUDIT_REASON_CODES, example: 'too_small' })
  code!: AuditReasonCode;

  /**
   * Explains how the image violates a requirement of the marketplace.
   * @example The image is 320 x 240 pixels; Google requires at least 500 x 500 pixels.
   */
  message!: string;

  /** @param storedReasons comma-separated entries from the database */
  static listFrom(preset: PresetId, storedReasons: string): AuditReasonDto[] {
    return parseAuditText(storedReasons).map((reason) => ({
      code: reason.code,
      message: describeReason(PRESETS[preset], reason),
    }));
  }
}

/** Number of images that failed the audit for one reason. */
export class AuditReasonCountDto {
  @ApiProperty({ enum: AUDIT_REASON_CODES, example: 'too_small' })
  code!: AuditReasonCode;

  /** @example Google requires at least 500 x 500 pixels. */
  message!: string;

  /** @example 12 */
  images!: number;
}

/** Audit results of all completed images. */
export class AuditSummaryDto {
  @ApiProperty({ enum: PRESET_IDS, example: 'google' })
  preset!: PresetId;

  /** Audited files: the outputs, or the sources for an upload with `audit_only`. */
  @ApiProperty({ enum: AUDIT_SCOPES, example: 'outputs' })
  scope!: (typeof AUDIT_SCOPES)[number];

  /** @example 188 */
  passed!: number;

  /** @example 12 */
  failed!: number;

  /** Reasons for failure, most frequent first. An image with several reasons counts toward each of them. */
  reasons!: AuditReasonCountDto[];

  static from(request: ProcessingRequest, counts: readonly AuditCount[]): AuditSummaryDto | null {
    const { preset, audit: scope } = request;
    if (preset === null || scope === null) return null;
    const passedCount = counts.find(({ reason }) => reason === PASSED_REASON)?.images ?? 0;
    return {
      preset,
      scope,
      passed: passedCount,
      failed: Math.max(0, request.imagesCompleted - passedCount),
      reasons: counts.flatMap(({ reason, images }) => {
        const code = AUDIT_REASON_CODES.find((knownCode) => knownCode === reason);
        if (code === undefined) return [];
        return [{ code, message: describeRequirement(PRESETS[preset], code), images }];
      }),
    };
  }
}
