import type { PresetOutput } from '../../api/types.js';
import {
  DEFAULT_GEOMETRY,
  type GeometryChoice,
  toGeometryFields,
  isValidPadding,
} from './geometry-choice.js';
import { type Format, isValidDimension } from './format-and-size.js';
import {
  DEFAULT_QUALITY_CHOICE,
  isQualityChoiceValid,
  toMaxBytesField,
  type QualityChoice,
  toQualityField,
} from './quality-choice.js';

/** One output of each image, as chosen in the form. */
export interface OutputChoice extends QualityChoice, GeometryChoice {
  name: string;
  format: Format;
  /** Text of the input. Empty for no limit. */
  width: string;
  height: string;
  fit: Fit;
  /** Text of the input: a number from 1 to 100. */
  quality: string;
}

export type Fit = 'inside' | 'pad' | 'cover';

export const FITS: { value: Fit; name: string; description: string }[] = [
  {
    value: 'inside',
    name: 'Fit inside',
    description: 'Keeps the whole image and its aspect ratio.',
  },
  {
    value: 'pad',
    name: 'Add margins',
    description: 'Keeps the whole image and adds margins to fill the size.',
  },
  {
    value: 'cover',
    name: 'Crop',
    description: 'Crops to the most prominent part to fill the size.',
  },
];

/** Maximum number of outputs that the API accepts. */
export const MAX_OUTPUTS = 10;

/** Returns the initial outputs of the form: one with the current settings, and a small output. */
export function createInitialOutputs({
  quality,
  isAutomatic,
  targetScore,
  maxKilobytes,
  format,
  maxWidth,
  maxHeight,
}: SingleOutputChoice): OutputChoice[] {
  const qualityChoice = { quality: String(quality), isAutomatic, targetScore, maxKilobytes };
  const commonFields = { ...DEFAULT_GEOMETRY, format, fit: 'inside', ...qualityChoice } as const;
  return [
    { name: 'large', ...commonFields, width: maxWidth, height: maxHeight },
    { name: 'small', ...commonFields, width: '400', height: '' },
  ];
}

interface SingleOutputChoice extends QualityChoice {
  quality: number;
  format: Format;
  maxWidth: string;
  maxHeight: string;
}

/** Converts the outputs of a preset to choices that the user can change. */
export const toOutputChoices = (outputs: readonly PresetOutput[]): OutputChoice[] =>
  outputs.map(({ name, format, quality, max_width, max_height }) => ({
    ...DEFAULT_QUALITY_CHOICE,
    ...DEFAULT_GEOMETRY,
    name,
    format,
    fit: 'inside',
    quality: String(quality),
    width: max_width === null ? '' : String(max_width),
    height: max_height === null ? '' : String(max_height),
  }));

/** Returns a new output with the settings of the last output and an unused name. */
export function createNextOutput(outputs: readonly OutputChoice[]): OutputChoice {
  let number = outputs.length + 1;
  while (outputs.some(({ name }) => name === `output-${number}`)) number += 1;
  return { ...outputs.at(-1)!, name: `output-${number}` };
}

/** Returns the problem with an output's name, or an empty string. */
export function findNameProblem(outputs: readonly OutputChoice[], index: number): string {
  const name = outputs[index].name.toLowerCase();
  if (!/^[a-z0-9_-]{1,40}$/.test(name))
    return 'Use 1 to 40 letters, digits, hyphens or underscores.';
  if (name === 'srcset') return 'The name srcset is reserved. Enter a different name.';
  const isTaken = outputs.some((other, i) => i < index && other.name.toLowerCase() === name);
  return isTaken ? 'Another output has this name. Enter a different name.' : '';
}

/** Returns the problem with an output's size, or an empty string. */
export function findSizeProblem({ width, height, fit }: OutputChoice): string {
  if (!isValidDimension(width) || !isValidDimension(height))
    return 'Enter whole numbers from 1 to 16,384.';
  const isDimensionMissing = fit !== 'inside' && (width === '' || height === '');
  return isDimensionMissing ? 'Enter a width and a height, or choose “Fit inside”.' : '';
}

/** Returns true if the API accepts the outputs. */
export const areOutputsValid = (outputs: readonly OutputChoice[]): boolean =>
  outputs.every(
    (output, i) =>
      findNameProblem(outputs, i) === '' &&
      findSizeProblem(output) === '' &&
      isValidPadding(output.padding) &&
      isQualityChoiceValid(output.quality, output),
  );

/** Returns the value of the field `outputs`. */
export const toOutputsField = (outputs: readonly OutputChoice[]): string =>
  JSON.stringify(
    outputs.map(({ name, format, width, height, fit, quality, ...choice }) => ({
      name,
      ...(format !== 'original' && { format }),
      ...(width !== '' && { width: Number(width) }),
      ...(height !== '' && { height: Number(height) }),
      ...(fit !== 'inside' && { fit }),
      ...toGeometryFields(choice),
      quality: toQualityField(quality, choice),
      max_bytes: toMaxBytesField(choice),
    })),
  );
