import { ApiPropertyOptional } from '@nestjs/swagger';
import { plainToInstance, Transform } from 'class-transformer';
import { IsIn, IsOptional, IsString, Matches, validateSync } from 'class-validator';
import {
  type CompressionOptions,
  EFFORTS,
  METADATA_OPTIONS,
} from '../../platform/compression/compression-options.js';
import { InvalidParameterError, toProblems } from '../../platform/http/validation.js';
import type { RequestOutput } from '../../platform/database/request-output.js';
import { toBoolean, EMPTY_FIELD } from './form-fields.js';
import { OUTPUT_OPTION_NAMES } from './outputs-form.dto.js';
import { FileNameOptions } from './file-name-options.dto.js';
import { PRESET_OPTION_NAMES } from './preset-options.dto.js';
import { UnknownOptionError } from './upload-errors.js';

/** The fields of the upload form, except for the file. */
export class UploadOptions extends FileNameOptions {
  @ApiPropertyOptional({
    enum: EFFORTS,
    default: 'balanced',
    description:
      'CPU time that the encoder spends to save bytes at the same quality. `fast` suits large catalogs, `small` suits pages with many visitors.',
  })
  @IsIn(EFFORTS, { message: `effort must be one of ${EFFORTS.join(', ')}` })
  effort: NonNullable<CompressionOptions['effort']> = 'balanced';

  @ApiPropertyOptional({
    enum: METADATA_OPTIONS,
    default: 'strip',
    description:
      'Metadata that the images keep. `strip` removes everything except the mark of AI-generated images (IPTC DigitalSourceType). `copyright` also keeps creators, copyright and credit, as XMP. GPS and device data are always removed.',
  })
  @IsIn(METADATA_OPTIONS, { message: `metadata must be one of ${METADATA_OPTIONS.join(', ')}` })
  metadata: NonNullable<CompressionOptions['metadata']> = 'strip';

  @ApiPropertyOptional({
    type: 'string',
    format: 'uri',
    description:
      'URL that Pressroom calls when the request ends (Standard Webhooks 1.0). A public http or https URL, e.g. `https://shop.example.com/hooks/pressroom`. By default, the `WEBHOOK_URL` of the server is called.',
    example: EMPTY_FIELD,
  })
  @IsOptional()
  @IsString({ message: 'webhook_url must be given once' })
  @Matches(/^[ -~\u00a0-\uffff]*$/, { message: 'webhook_url must not contain control characters' })
  webhook_url?: string;

  @ApiPropertyOptional({
    type: 'string',
    description:
      'Secret that signs the webhook: `whsec_` followed by 24 to 64 bytes in base64. By default, the `WEBHOOK_SECRET` of the server is used. If it is not set, Pressroom generates a secret and returns it only in the response to this upload.',
    example: EMPTY_FIELD,
  })
  @IsOptional()
  @Matches(/^whsec_[A-Za-z0-9+/]{32,88}={0,2}$/, {
    message: 'webhook_secret must be whsec_ followed by 24 to 64 bytes in base64',
  })
  webhook_secret?: string;

  @ApiPropertyOptional({
    type: 'boolean',
    default: false,
    description: 'Only checks the product file and the options. Nothing is stored.',
  })
  @Transform(toBoolean)
  @IsIn([true, false], { message: 'dry_run must be true or false' })
  dry_run = false;

  @ApiPropertyOptional({
    type: 'boolean',
    default: true,
    description:
      'Dry run only: downloads and compresses up to 12 images for at most 5 seconds, and estimates the result.',
  })
  @Transform(toBoolean)
  @IsIn([true, false], { message: 'estimate must be true or false' })
  estimate = true;

  /**
   * @param fields form fields as parsed by multer; an empty field counts as absent
   * @throws UnknownOptionError, InvalidParameterError
   */
  static from(fields: Record<string, unknown>): UploadOptions {
    const presentFields = Object.entries(fields).filter(([, value]) => value !== EMPTY_FIELD);
    const unknownNames = Object.keys(fields).filter((name) => !OPTION_NAMES.includes(name));
    if (unknownNames.length > 0) throw new UnknownOptionError(unknownNames, OPTION_NAMES);

    const options = plainToInstance(UploadOptions, Object.fromEntries(presentFields), {
      exposeDefaultValues: true,
    });
    const problems = [
      ...validateSync(options).flatMap(toProblems),
      ...options.readOutputs(Object.fromEntries(presentFields)),
      ...options.findPresetProblems(Object.fromEntries(presentFields)),
      ...options.findFileNameProblems(),
    ];
    if (problems.length > 0) throw new InvalidParameterError(problems);
    return options;
  }

  /** Returns the compression options of the first output. */
  toFirstCompressionOptions(): CompressionOptions {
    return this.toRequestOutputs()?.[0].options ?? this.toShortFormOptions(this.sharedOptions);
  }

  /** Returns the outputs of each image. Null for the short form, which has one unnamed output. */
  toRequestOutputs(): RequestOutput[] | null {
    return this.toNamedOutputs(this.sharedOptions) ?? this.toPresetOutputs(this.sharedOptions);
  }

  /** Returns the options that all outputs share, without members that have their default value. */
  private get sharedOptions(): Pick<CompressionOptions, 'effort' | 'metadata'> {
    const { effort, metadata } = this;
    return {
      ...(effort !== 'balanced' && { effort }),
      ...(metadata !== 'strip' && { metadata }),
    };
  }
}

/** Options that must precede the file in the form, because the file is read while it arrives. */
export const READING_OPTION_NAMES = [
  'catalog_url',
  'image_columns',
  'name_column',
  'serial_column',
  'header_row',
  'delimiter',
  'encoding',
  'sheet',
  'base_url',
  'strict',
  'filename_template',
] as const satisfies (keyof FileNameOptions)[];

const OPTION_NAMES: string[] = [
  ...READING_OPTION_NAMES,
  ...OUTPUT_OPTION_NAMES,
  ...PRESET_OPTION_NAMES,
  'effort',
  'metadata',
  'webhook_url',
  'webhook_secret',
  'dry_run',
  'estimate',
];

/** The complete upload form, for the OpenAPI document. */
export class UploadForm extends UploadOptions {
  // The file is the last field, because the options are needed to read it.
  @ApiPropertyOptional({
    type: 'string',
    format: 'binary',
    description:
      'The product file as the shop exports it: CSV or TSV in any common encoding, Excel (.xlsx), or a Google Merchant feed (XML). Send it after the other fields, or send `catalog_url` instead.',
  })
  file?: unknown;
}
