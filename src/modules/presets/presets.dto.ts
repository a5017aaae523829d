import { ApiProperty } from '@nestjs/swagger';
import {
  OUTPUT_FORMATS,
  type OutputFormat,
} from '../../platform/compression/compression-options.js';
import {
  IMAGE_FORMATS,
  type ImageFormat,
} from '../../platform/compression/inspect/image-format.js';
import {
  type Preset,
  PRESET_IDS,
  type PresetId,
  type PresetLimits,
} from '../../platform/presets/preset.js';

/** A page of the marketplace. */
export class PresetSourceDto {
  /** @example https://support.google.com/merchants/answer/6324350 */
  url!: string;

  /**
   * False if the page could not be read on `read_on`. Its limits then come from other publications.
   * @example true
   */
  was_read!: boolean;
}

/** Limits of one image file. Null: no limit. */
export class PresetLimitsDto {
  /** Formats that the marketplace accepts, as far as Pressroom reads them. */
  @ApiProperty({ enum: IMAGE_FORMATS, isArray: true, example: ['jpeg', 'webp', 'png'] })
  formats!: ImageFormat[];

  /**
   * Pixels.
   * @example 500
   */
  min_width!: number | null;

  /**
   * Pixels.
   * @example 500
   */
  min_height!: number | null;

  /**
   * Pixels.
   * @example null
   */
  min_longest_side!: number | null;

  /**
   * Pixels.
   * @example null
   */
  max_longest_side!: number | null;

  /**
   * Sum of width and height, in pixels.
   * @example null
   */
  max_side_sum!: number | null;

  /**
   * Width times height.
   * @example 64000000
   */
  max_pixels!: number | null;

  /** @example 16000000 */
  max_bytes!: number | null;

  /**
   * True if animations are accepted.
   * @example false
   */
  animation!: boolean;

  /**
   * True if the extension in the URL has to name the format.
   * @example true
   */
  matching_extension!: boolean;

  static from(limits: PresetLimits): PresetLimitsDto {
    return {
      formats: [...limits.formats],
      min_width: limits.minWidth ?? null,
      min_height: limits.minHeight ?? null,
      min_longest_side: limits.minLongestSide ?? null,
      max_longest_side: limits.maxLongestSide ?? null,
      max_side_sum: limits.maxSideSum ?? null,
      max_pixels: limits.maxPixels ?? null,
      max_bytes: limits.maxBytes ?? null,
      animation: limits.allowsAnimation,
      matching_extension: limits.requiresMatchingExtension,
    };
  }
}

/** Compression options of an upload with the preset. */
export class PresetOutputDto {
  /** @example google */
  name!: string;

  @ApiProperty({ enum: OUTPUT_FORMATS, example: 'jpeg' })
  format!: OutputFormat;

  /** @example 80 */
  quality!: number;

  /**
   * Pixels.
   * @example 2048
   */
  max_width!: number | null;

  /**
   * Pixels.
   * @example 2048
   */
  max_height!: number | null;
}

/** Requirements of a marketplace, and the outputs that Pressroom creates for it. */
export class PresetDto {
  @ApiProperty({ enum: PRESET_IDS, example: 'google' })
  id!: PresetId;

  /** @example Google */
  name!: string;

  /** @example Google Merchant Center */
  title!: string;

  limits!: PresetLimitsDto;

  outputs!: PresetOutputDto[];

  /**
   * Date of the last check of the sources.
   * @example 2026-11-26
   */
  read_on!: string;

  sources!: PresetSourceDto[];

  /**
   * Disagreements of the sources, limits without a source of the marketplace, and advice.
   * @example ["The minimum of 500 x 500 pixels is enforced from 2027-01-31."]
   */
  notes!: string[];

  static from(preset: Preset): PresetDto {
    return {
      id: preset.id,
      name: preset.name,
      title: preset.title,
      limits: PresetLimitsDto.from(preset.limits),
      outputs: preset.outputs.map(({ name, options }) => ({
        name,
        format: options.format,
        quality: options.quality,
        max_width: options.max_width ?? null,
        max_height: options.max_height ?? null,
      })),
      read_on: preset.checkedOn,
      sources: preset.sources.map(({ url, wasRead }) => ({ url, was_read: wasRead })),
      notes: [...preset.notes],
    };
  }
}

export class PresetListDto {
  presets!: PresetDto[];
}
