import type { PreviewOptions } from '../../api/preview.js';
import type { PresetOutput } from '../../api/types.js';
import { type Choices, DEFAULT_CHOICES } from './choices.js';
import { isValidDimension } from './format-and-size.js';
import {
  areOutputsValid,
  createInitialOutputs,
  toOutputsField,
  toOutputChoices,
} from './outputs.js';
import { isQualityChoiceValid, toMaxBytesField, toQualityField } from './quality-choice.js';

type Field = [name: string, value: string];

/** Returns the form fields for the options that differ from the API's defaults. */
export function toFormFields(choices: Choices): Field[] {
  const { preset, isCheckOnly, webhookUrl } = choices;
  const fields: Field[] = preset === null ? [] : [['preset', preset]];
  if (preset !== null) fields.push([isCheckOnly ? 'audit_only' : 'audit', 'true']);
  if (compressesImages(choices))
    fields.push(...toOutputFields(choices), ...toEncodingFields(choices), ...toNameFields(choices));
  if (webhookUrl) fields.push(['webhook_url', webhookUrl.trim()]);
  return fields;
}

/** Returns false if the images will only be checked. */
export const compressesImages = ({ preset, isCheckOnly }: Choices): boolean =>
  preset === null || !isCheckOnly;

function toOutputFields(choices: Choices): Field[] {
  const { preset, outputs, srcset } = choices;
  if (outputs.length === 0) return preset === null ? toSingleOutputFields(choices) : [];
  const fields: Field[] = [['outputs', toOutputsField(outputs)]];
  if (srcset) fields.push(['srcset', 'true']);
  return fields;
}

function toEncodingFields({ effort, metadata }: Choices): Field[] {
  const fields: Field[] = [];
  if (effort !== 'balanced') fields.push(['effort', effort]);
  if (metadata !== 'strip') fields.push(['metadata', metadata]);
  return fields;
}

function toNameFields({ fileNames }: Choices): Field[] {
  const template = fileNames.trim();
  return template === '' ? [] : [['filename_template', template]];
}

/** Returns the fields of a single output. Converts numbers, because inputs accept `1e3` but the API does not. */
function toSingleOutputFields(choices: Choices): Field[] {
  const fields: Field[] = [];
  const quality = toQualityField(choices.quality, choices);
  const maxBytes = toMaxBytesField(choices);
  // With a maximum size, the API's default quality is 100.
  if (quality !== DEFAULT_CHOICES.quality || maxBytes !== undefined)
    fields.push(['quality', String(quality)]);
  if (maxBytes !== undefined) fields.push(['max_bytes', String(maxBytes)]);
  if (choices.format !== 'original') fields.push(['format', choices.format]);
  if (choices.maxWidth) fields.push(['max_width', String(Number(choices.maxWidth))]);
  if (choices.maxHeight) fields.push(['max_height', String(Number(choices.maxHeight))]);
  return fields;
}

/**
 * Returns the options of a preview, which shows the first output. Omits API defaults and invalid values.
 *
 * @param presetOutputs outputs of the chosen preset; empty without a preset
 */
export function toPreviewOptions(
  choices: Choices,
  presetOutputs: readonly PresetOutput[],
): PreviewOptions {
  const { effort, metadata, outputs } = choices;
  const [firstOutput] = outputs.length > 0 ? outputs : toOutputChoices(presetOutputs);
  const { quality, format, width, height, ...qualityChoice } =
    firstOutput ?? createInitialOutputs(choices)[0];
  const isValid = isQualityChoiceValid(quality, qualityChoice);
  const maxBytes = isValid ? toMaxBytesField(qualityChoice) : undefined;
  return {
    ...(isValid && qualityChoice.isAutomatic
      ? { target_score: Number(qualityChoice.targetScore) }
      : { quality: isValid ? Number(quality) : DEFAULT_CHOICES.quality }),
    ...(maxBytes !== undefined && { max_bytes: maxBytes }),
    format,
    effort,
    metadata,
    ...(width && isValidDimension(width) && { max_width: Number(width) }),
    ...(height && isValidDimension(height) && { max_height: Number(height) }),
  };
}

/** Returns the form fields of an estimate: all outputs, or only the first if another output is invalid. */
export function toEstimateFields(choices: Choices): Field[] {
  const { preset, outputs } = choices;
  const encodingFields = toEncodingFields(choices);
  if (outputs.length > 0 && areOutputsValid(outputs))
    return [['outputs', toOutputsField(outputs)], ...encodingFields];
  if (outputs.length === 0 && preset !== null) return [['preset', preset], ...encodingFields];
  const { target_score: targetScore, ...options } = toPreviewOptions(choices, []);
  return [
    ...(targetScore === undefined ? [] : [['quality', `auto:${targetScore}`] satisfies Field]),
    ...Object.entries(options).map(([name, value]): Field => [name, String(value)]),
  ];
}
