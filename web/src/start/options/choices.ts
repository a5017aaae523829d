import type { PresetId } from '../../api/types.js';
import { DEFAULT_GEOMETRY } from './geometry-choice.js';
import type { Format } from './format-and-size.js';
import type { OutputChoice } from './outputs.js';
import { DEFAULT_QUALITY_CHOICE, type QualityChoice } from './quality-choice.js';

/** Options of a request, as chosen in the form. */
export interface Choices extends QualityChoice {
  /** Marketplace preset. Null to use the options below. */
  preset: PresetId | null;
  /** Only checks the images for the preset, without compressing them. */
  isCheckOnly: boolean;
  quality: number;
  format: Format;
  /** Text of the input; empty for no limit. */
  maxWidth: string;
  maxHeight: string;
  effort: Effort;
  metadata: MetadataOption;
  /** Template for image file names. Empty for names that are derived from the content. */
  fileNames: string;
  webhookUrl: string;
  /** Outputs that replace the single output. Empty for a single output. */
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

/** Adds default values for options that an earlier version of the page did not store. */
export const withDefaults = (stored: Partial<Choices>): Choices => ({
  ...DEFAULT_CHOICES,
  ...stored,
  outputs: (stored.outputs ?? []).map((output) => ({
    ...DEFAULT_QUALITY_CHOICE,
    ...DEFAULT_GEOMETRY,
    ...output,
  })),
});

export const FORMATS: { value: Format; name: string; description: string }[] = [
  { value: 'original', name: 'Keep original format', description: 'A JPEG stays a JPEG.' },
  { value: 'webp', name: 'WebP', description: 'Smaller. Supported by all current browsers.' },
  { value: 'avif', name: 'AVIF', description: 'Smallest, but takes longer to create.' },
  {
    value: 'jpeg',
    name: 'JPEG',
    description: 'Supported everywhere. Transparent areas become white.',
  },
  {
    value: 'png',
    name: 'PNG',
    description: 'For logos and drawings. Large files for photographs.',
  },
];

export const EFFORTS: { value: Effort; name: string; description: string }[] = [
  { value: 'fast', name: 'Quick', description: 'Fastest. Slightly larger files.' },
  { value: 'balanced', name: 'Balanced', description: 'Suits most catalogs.' },
  {
    value: 'small',
    name: 'Thorough',
    description: 'Smallest files. Takes several times as long.',
  },
];

export const METADATA_OPTIONS: { value: MetadataOption; name: string; description: string }[] = [
  { value: 'strip', name: 'Remove', description: 'Smallest files. Removes all private data.' },
  {
    value: 'copyright',
    name: 'Keep copyright',
    description: 'Keeps creators, copyright and credit. Removes GPS and device data.',
  },
];
