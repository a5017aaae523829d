import { ApiPropertyOptional } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsIn, IsOptional } from 'class-validator';
import { PRESETS } from '../../platform/presets/index.js';
import {
  type AuditScope,
  PRESET_IDS,
  type PresetId,
  type PresetOutput,
} from '../../platform/presets/preset.js';
import { asBoolean, LEFT_EMPTY } from './form-fields.js';
import { ReadingOptions } from './reading-options.dto.js';

/** Fields that define one output. A preset defines outputs too. */
const SHAPE_FIELDS = ['format', 'quality', 'max_width', 'max_height'];

/** Form fields about the requirements of a marketplace. */
export class PresetOptions extends ReadingOptions {
  @ApiPropertyOptional({
    enum: PRESET_IDS,
    description:
      'Marketplace that gets the images, e.g. `google`. Without `outputs`, each image gets the outputs of the preset. `GET /presets` lists them.',
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
  @Transform(asBoolean)
  @IsIn([true, false], { message: 'audit must be true or false' })
  audit = false;

  @ApiPropertyOptional({
    type: 'boolean',
    default: false,
    description:
      'Checks the sources against the limits of the `preset`. Compresses nothing and downloads only the first bytes of each image.',
  })
  @Transform(asBoolean)
  @IsIn([true, false], { message: 'audit_only must be true or false' })
  audit_only = false;

  /** Returns the files to check against the limits of the preset. */
  auditScope(): AuditScope | null {
    if (this.audit_only) return 'sources';
    return this.audit ? 'outputs' : null;
  }

  /** Returns the outputs of the preset; undefined without a preset, or if no image is compressed. */
  presetOutputs(): readonly PresetOutput[] | undefined {
    return this.preset === undefined || this.audit_only ? undefined : PRESETS[this.preset].outputs;
  }
}

/**
 * Returns the contradictions between the preset and other fields.
 * @param given names of the fields that are not empty
 */
export function presetProblems(
  { preset, audit, audit_only }: PresetOptions,
  given: readonly string[],
): { field: string; message: string }[] {
  const audits = [...(audit ? ['audit'] : []), ...(audit_only ? ['audit_only'] : [])];
  if (preset === undefined) {
    return audits.map((field) => ({
      field,
      message: `${field} needs a preset, whose limits are checked: ${PRESET_IDS.join(', ')}`,
    }));
  }
  if (audit_only || given.includes('outputs')) return [];
  return SHAPE_FIELDS.filter((field) => given.includes(field)).map((field) => ({
    field,
    message: `${field} and preset both define the output; leave ${field} out, or send outputs`,
  }));
}
