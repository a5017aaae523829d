import type { PreviewOptions } from '../../api/preview.js';
import type { PresetOutput } from '../../api/types.js';
import { type Choices, DEFAULT_CHOICES } from './choices.js';
import { isSide } from './output-shape.js';
import { areOutputsValid, firstOutputs, outputsField, toOutputChoices } from './outputs.js';
import { isQualityChoiceValid, maxBytesField, qualityField } from './quality-choice.js';

type Field = [name: string, value: string];

/** Returns the form fields of the options that differ from the defaults of the API. */
export function toFormFields(choices: Choices): Field[] {
  const { preset, isCheckOnly, webhookUrl } = choices;
  const fields: Field[] = preset === null ? [] : [['preset', preset]];
  if (preset !== null) fields.push([isCheckOnly ? 'audit_only' : 'audit', 'true']);
  if (compressesImages(choices))
    fields.push(...outputFields(choices), ...encodingFields(choices), ...nameFields(choices));
  if (webhookUrl) fields.push(['webhook_url', webhookUrl.trim()]);
  return fields;
}

/** Returns false if the images are only checked. */
export const compressesImages = ({ preset, isCheckOnly }: Choices): boolean =>
  preset === null || !isCheckOnly;

function outputFields(choices: Choices): Field[] {
  const { preset, outputs, srcset } = choices;
  if (outputs.length === 0) return preset === null ? shortForm(choices) : [];
  const fields: Field[] = [['outputs', outputsField(outputs)]];
  if (srcset) fields.push(['srcset', 'true']);
  return fields;
}

function encodingFields({ effort, metadata }: Choices): Field[] {
  const fields: Field[] = [];
  if (effort !== 'balanced') fields.push(['effort', effort]);
  if (metadata !== 'strip') fields.push(['metadata', metadata]);
  return fields;
}

function nameFields({ fileNames }: Choices): Field[] {
  const template = fileNames.trim();
  return template === '' ? [] : [['filename_template', template]];
}

/** Returns the fields of one output. Number inputs accept `1e3`; the API does not. */
function shortForm(choices: Choices): Field[] {
  const fields: Field[] = [];
  const quality = qualityField(choices.quality, choices);
  const maxBytes = maxBytesField(choices);
  // With a size, an absent quality means 100.
  if (quality !== DEFAULT_CHOICES.quality || maxBytes !== undefined)
    fields.push(['quality', String(quality)]);
  if (maxBytes !== undefined) fields.push(['max_bytes', String(maxBytes)]);
  if (choices.format !== 'original') fields.push(['format', choices.format]);
  if (choices.maxWidth) fields.push(['max_width', String(Number(choices.maxWidth))]);
  if (choices.maxHeight) fields.push(['max_height', String(Number(choices.maxHeight))]);
  return fields;
}

/**
 * Returns the options of a preview, which shows the first output. Omits defaults of the API and values that the
 * form refuses.
 *
 * @param preset outputs of the chosen preset; empty without one
 */
export function toPreviewOptions(
  choices: Choices,
  preset: readonly PresetOutput[],
): PreviewOptions {
  const { effort, metadata, outputs } = choices;
  const [first] = outputs.length > 0 ? outputs : toOutputChoices(preset);
  const { quality, format, width, height, ...chosen } = first ?? firstOutputs(choices)[0];
  const isValid = isQualityChoiceValid(quality, chosen);
  const maxBytes = isValid ? maxBytesField(chosen) : undefined;
  return {
    ...(isValid && chosen.isAutomatic
      ? { target_score: Number(chosen.targetScore) }
      : { quality: isValid ? Number(quality) : DEFAULT_CHOICES.quality }),
    ...(maxBytes !== undefined && { max_bytes: maxBytes }),
    format,
    effort,
    metadata,
    ...(width && isSide(width) && { max_width: Number(width) }),
    ...(height && isSide(height) && { max_height: Number(height) }),
  };
}

/** Returns the fields of an estimate: all outputs, or the first one while others are invalid. */
export function toEstimateFields(choices: Choices): Field[] {
  const { preset, outputs } = choices;
  const shared = encodingFields(choices);
  if (outputs.length > 0 && areOutputsValid(outputs))
    return [['outputs', outputsField(outputs)], ...shared];
  if (outputs.length === 0 && preset !== null) return [['preset', preset], ...shared];
  const { target_score: target, ...options } = toPreviewOptions(choices, []);
  return [
    ...(target === undefined ? [] : [['quality', `auto:${target}`] satisfies Field]),
    ...Object.entries(options).map(([name, value]): Field => [name, String(value)]),
  ];
}
