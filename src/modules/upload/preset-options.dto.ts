import { ApiPropertyOptional } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsIn, IsOptional } from 'class-validator';
import type { CompressionOptions } from '../../platform/compression/compression-options.js';
import type { RequestOutput } from '../../platform/database/request-output.js';
import { PRESETS } from '../../platform/presets/index.js';
import { type AuditScope, PRESET_IDS, type PresetId } from '../../platform/presets/preset.js';
import { toBoolean, LEFT_EMPTY } from './form-fields.js';
import { OutputsForm, SHORT_FORM } from './outputs-form.dto.js';

type Problem = { field: string; message: string };

/** Form fields about the requirements of a marketplace. */
export class PresetOptions extends OutputsForm {
  @ApiPropertyOptional({
    enum: PRESET_IDS,
    description:
      'Marketplace that the images are for, e.g. `google`. Without `outputs`, each image gets the outputs of the preset. `GET /presets` lists them.',
    example: LEFT_EMPTY,
  })
  @IsOptional()
  @IsIn(PRESET_IDS, { message: `preset must be one of ${PRESET_IDS.join(', ')}` })
  preset?: PresetId;

  @ApiPropertyOptional({
    type: 'boolean',
    default: false,
    description: 'Checks the outputs of each image against the limits of the `preset`.',
  })
  @Transform(toBoolean)
  @IsIn([true, false], { message: 'audit must be true or false' })
  audit = false;

  @ApiPropertyOptional({
    type: 'boolean',
    default: false,
    description:
      'Checks the sources against the limits of the `preset`. Compresses nothing and downloads only the first bytes of each image.',
  })
  @Transform(toBoolean)
  @IsIn([true, false], { message: 'audit_only must be true or false' })
  audit_only = false;

  /** Returns the files to check against the limits of the preset. */
  auditScope(): AuditScope | null {
    if (this.audit_only) return 'sources';
    return this.audit ? 'outputs' : null;
  }

  /** Returns the outputs of the preset; null without a preset, or if no image is compressed. */
  protected presetOutputs(
    shared: Pick<CompressionOptions, 'effort' | 'metadata'>,
  ): RequestOutput[] | null {
    if (this.preset === undefined || this.audit_only) return null;
    return PRESETS[this.preset].outputs.map(({ name, options }) => ({
      name,
      options: { ...options, ...shared },
    }));
  }

  /**
   * Returns the contradictions between the preset and other fields.
   * @param given fields of the form that are not empty
   */
  presetProblems(given: Record<string, unknown>): Problem[] {
    const { preset, audit, audit_only } = this;
    if (preset === undefined) {
      const audits = { audit, audit_only };
      return Object.entries(audits).flatMap(([name, isSet]) => (isSet ? [needsPreset(name)] : []));
    }
    if (audit_only) {
      const ignored = ['outputs', 'srcset'].filter((name) => given[name] !== undefined);
      if (ignored.length > 0) return ignored.map(withoutCompression);
    }
    if (given.outputs !== undefined) return [];
    return SHORT_FORM.filter((name) => given[name] !== undefined).map(conflictProblem);
  }
}

/** Names of the fields, for the list of known ones. */
export const PRESET_OPTION_NAMES = [
  'preset',
  'audit',
  'audit_only',
] as const satisfies (keyof PresetOptions)[];

const needsPreset = (field: string): Problem => ({
  field,
  message: `${field} needs a preset, whose limits are checked: ${PRESET_IDS.join(', ')}`,
});

const conflictProblem = (field: string): Problem => ({
  field,
  message: `preset and ${field} cannot be used together. Leave ${field} out, or describe your own outputs in outputs.`,
});

const withoutCompression = (field: string): Problem => ({
  field,
  message: `audit_only compresses nothing, so ${field} has no effect. Leave ${field} out, or use audit.`,
});
