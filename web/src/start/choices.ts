import { type Format, isSide } from './output-shape.js';
import { areOutputsValid, type OutputChoice, outputsField } from './outputs.js';

/** Options of a request, named as in the API. */
export interface Choices {
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
  /** Several outputs instead of the one of quality, format and size. Empty for one. */
  outputs: OutputChoice[];
  /** Adds a column with the `srcset` values. */
  srcset: boolean;
}

export type Effort = 'fast' | 'balanced' | 'small';

export type MetadataOption = 'strip' | 'copyright';

export const DEFAULT_CHOICES: Choices = {
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

export function meaningOfQuality(quality: number): string {
  if (quality < 25) return 'Smallest files. Fine textures turn blocky.';
  if (quality < 45) return 'Small files. Look closely and fine texture is softer.';
  if (quality <= 65) return 'At shop size most photographs look the same.';
  if (quality < 85) return 'Finer detail, larger files. For zoom views.';
  return 'Nearly untouched. Files stay large.';
}

/** Returns the options that differ from the defaults of the API. Number inputs accept `1e3`; the API does not. */
export function fieldsOf(choices: Choices): [string, string][] {
  const fields = choices.outputs.length > 0 ? outputFields(choices) : shortForm(choices);
  if (choices.effort !== 'balanced') fields.push(['effort', choices.effort]);
  if (choices.metadata !== 'strip') fields.push(['metadata', choices.metadata]);
  if (choices.fileNames.trim()) fields.push(['filename_template', choices.fileNames.trim()]);
  if (choices.webhookUrl) fields.push(['webhook_url', choices.webhookUrl.trim()]);
  return fields;
}

function outputFields({ outputs, srcset }: Choices): [string, string][] {
  const fields: [string, string][] = [['outputs', outputsField(outputs)]];
  if (srcset) fields.push(['srcset', 'true']);
  return fields;
}

/** Returns the fields of one output. */
function shortForm(choices: Choices): [string, string][] {
  const fields: [string, string][] = [];
  if (choices.quality !== DEFAULT_CHOICES.quality)
    fields.push(['quality', String(choices.quality)]);
  if (choices.format !== 'original') fields.push(['format', choices.format]);
  if (choices.maxWidth) fields.push(['max_width', String(Number(choices.maxWidth))]);
  if (choices.maxHeight) fields.push(['max_height', String(Number(choices.maxHeight))]);
  return fields;
}

/**
 * Returns the options of a preview, which shows the first output. Omits defaults of the API and values that the
 * form refuses.
 */
export function compressionOf(choices: Choices) {
  const { effort, metadata, outputs } = choices;
  const [first] = outputs;
  const { quality, format } = first ?? choices;
  const maxWidth = first?.width ?? choices.maxWidth;
  const maxHeight = first?.height ?? choices.maxHeight;
  return {
    quality: first && !areOutputsValid([first]) ? DEFAULT_CHOICES.quality : Number(quality),
    format,
    effort,
    metadata,
    ...(maxWidth && isSide(maxWidth) && { max_width: Number(maxWidth) }),
    ...(maxHeight && isSide(maxHeight) && { max_height: Number(maxHeight) }),
  };
}

/** Returns the fields of an estimate: all outputs, or the first one while others are invalid. */
export function estimateFieldsOf(choices: Choices): [string, string][] {
  const { effort, metadata, outputs } = choices;
  if (outputs.length > 0 && areOutputsValid(outputs)) {
    return [
      ['outputs', outputsField(outputs)],
      ['effort', effort],
      ['metadata', metadata],
    ];
  }
  return Object.entries(compressionOf(choices)).map(([name, value]) => [name, String(value)]);
}
