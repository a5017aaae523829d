import { ApiPropertyOptional } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsIn, IsOptional } from 'class-validator';
import type { CompressionOptions } from '../../platform/compression/compression-options.js';
import type { RequestOutput } from '../../platform/database/request-output.js';
import { PRESETS } from '../../platform/presets/index.js';
import { type AuditScope, PRESET_IDS, type PresetId } from '../../platform/presets/preset.js';
import { toBoolean, EMPTY_FIELD } from './form-fields.js';
import { OutputsForm, SHORT_FORM_FIELDS } from './outputs-form.dto.js';

type Problem = { field: string; message: string };

/** Form fields that apply the requirements of a marketplace. */
export class PresetOptions extends OutputsForm {
  @ApiPropertyOptional({
    enum: PRESET_IDS,
    description:
      'Target marketplace of the images, e.g. `google`. Without `outputs`, each image gets the outputs of the preset. `GET /presets` lists all presets.',
    example: EMPTY_FIELD,
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
  getAuditScope(): AuditScope | null {
    if (this.audit_only) return 'sources';
    return this.audit ? 'outputs' : null;
  }

  /** Returns the outputs of the preset; null without a preset, or if no image is compressed. */
  protected toPresetOutputs(
    shared: Pick<CompressionOptions, 'effort' | 'metadata'>,
  ): RequestOutput[] | null {
    if (this.preset === undefined || this.audit_only) return null;
    return PRESETS[this.preset].outputs.map(({ name, options }) => ({
      name,
      options: { ...options, ...shared },
    }));
  }

  /**
   * Returns the conflicts between the preset and other fields.
   * @param fields fields of the form that are not empty
   */
  findPresetProblems(fields: Record<string, unknown>): Problem[] {
    const { preset, audit, audit_only } = this;
    if (preset === undefined) {
      const auditFields = { audit, audit_only };
      return Object.entries(auditFields).flatMap(([name, isSet]) =>
        isSet ? [toMissingPresetProblem(name)] : [],
      );
    }
    if (audit_only) {
      const ignoredFields = ['outputs', 'srcset'].filter((name) => fields[name] !== undefined);
      if (ignoredFields.length > 0) return ignoredFields.map(toNoEffectProblem);
    }
    if (fields.outputs !== undefined) return [];
    return SHORT_FORM_FIELDS.filter((name) => fields[name] !== undefined).map(toConflictProblem);
  }
}

/** Field names for the list of known options. */
export const PRESET_OPTION_NAMES = [
  'preset',
  'audit',
  'audit_only',
] as const satisfies (keyof PresetOptions)[];

const toMissingPresetProblem = (field: string): Problem => ({
  field,
  message: `${field} requires a preset, whose limits are checked. Set preset to one of ${PRESET_IDS.join(', ')}.`,
});

const toConflictProblem = (field: string): Problem => ({
  field,
  message: `preset and ${field} cannot be used together. Omit ${field}, or specify your own outputs in outputs.`,
});

const toNoEffectProblem = (field: string): Problem => ({
  field,
  message: `audit_only compresses nothing, so ${field} has no effect. Omit ${field}, or use audit.`,
});
