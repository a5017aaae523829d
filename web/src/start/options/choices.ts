import type { PresetId } from '../../api/types.js';
import { DEFAULT_GEOMETRY } from './geometry-choice.js';
import type { Format } from './output-shape.js';
import type { OutputChoice } from './outputs.js';
import { DEFAULT_QUALITY_CHOICE, type QualityChoice } from './quality-choice.js';

/** Options of a request, named as in the API. */
export interface Choices extends QualityChoice {
  /** Marketplace preset. Null to use the options below. */
  preset: PresetId | null;
  /** Checks the images for the preset, and compresses nothing. */
  isCheckOnly: boolean;
  quality: number;
  format: Format;
  /** Text of the input. Empty for no limit. */
  maxWidth: string;
  maxHeight: string;
  effort: Effort;
  metadata: MetadataOption;
  /** Template of the names of the images. Empty for names made from the content. */
  fileNames: string;
  webhookUrl: string;
  /** Several outputs, which replace the single output. Empty for a single output. */
  outputs: OutputChoice[];
  /** Adds a column with the `srcset` values. */
  srcset: boolean;
}

export type Effort = 'fast' | 'balanced' | 'small';

export type MetadataOption = 'strip' | 'copyright';

export const DEFAULT_CHOICES: Choices = {
  ...DEFAULT_QUALITY_CHOICE,
  preset: null,
  isCheckOnly: false,
  quality: 50,
  format: 'original',
  maxWidth: '',
  maxHeight: '',
  effort: 'balanced',
  metadata: 'strip',
  fileNames: '',
  webhookUrl: '',
  outputs: [],
  srcset: false,
};

/** Adds the options that an earlier version of the page did not store. */
export const withDefaults = (kept: Partial<Choices>): Choices => ({
  ...DEFAULT_CHOICES,
  ...kept,
  outputs: (kept.outputs ?? []).map((output) => ({
    ...DEFAULT_QUALITY_CHOICE,
    ...DEFAULT_GEOMETRY,
    ...output,
  })),
});

export const FORMATS: { value: Format; name: string; meaning: string }[] = [
  { value: 'original', name: 'Keep original format', meaning: 'A JPEG stays a JPEG.' },
  { value: 'webp', name: 'WebP', meaning: 'Smaller. Every current browser shows it.' },
  { value: 'avif', name: 'AVIF', meaning: 'Smallest, but takes longer to make.' },
  { value: 'jpeg', name: 'JPEG', meaning: 'Opens everywhere. Transparent areas become white.' },
  { value: 'png', name: 'PNG', meaning: 'For logos and drawings; large for photographs.' },
];

export const EFFORTS: { value: Effort; name: string; meaning: string }[] = [
  { value: 'fast', name: 'Quick', meaning: 'Fastest; files a little larger.' },
  { value: 'balanced', name: 'Balanced', meaning: 'Suits most catalogs.' },
  { value: 'small', name: 'Thorough', meaning: 'The smallest files; takes several times as long.' },
];

export const METADATA_OPTIONS: { value: MetadataOption; name: string; meaning: string }[] = [
  { value: 'strip', name: 'Remove', meaning: 'Smallest files. Nothing private is left.' },
  {
    value: 'copyright',
    name: 'Keep copyright',
    meaning: 'Keeps creators, copyright and credit. Removes GPS and device data.',
  },
];
