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

/** A page of the marketplace that describes its requirements. */
export class PresetSourceDto {
  /** @example https://support.google.com/merchants/answer/6324350 */
  url!: string;

  /**
   * False if the page could not be read on `read_on`. In this case, the limits come from other publications.
   * @example true
   */
  was_read!: boolean;
}

/** Limits for one image file. Null means no limit. */
export class PresetLimitsDto {
  /** Formats that the marketplace accepts and Pressroom can read. */
  @ApiProperty({ enum: IMAGE_FORMATS, isArray: true, example: ['jpeg', 'webp', 'png'] })
  formats!: ImageFormat[];

  /**
   * Minimum width in pixels.
   * @example 500
   */
  min_width!: number | null;

  /**
   * Minimum height in pixels.
   * @example 500
   */
  min_height!: number | null;

  /**
   * Minimum length of the longest side in pixels.
   * @example null
   */
  min_longest_side!: number | null;

  /**
   * Maximum length of the longest side in pixels.
   * @example null
   */
  max_longest_side!: number | null;

  /**
   * Maximum sum of width and height, in pixels.
   * @example null
   */
  max_side_sum!: number | null;

  /**
   * Maximum number of pixels (width times height).
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
   * True if the extension in the URL must match the format.
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

/** Compression options that the preset sets for an upload. */
export class PresetOutputDto {
  /** @example google */
  name!: string;

  @ApiProperty({ enum: OUTPUT_FORMATS, example: 'jpeg' })
  format!: OutputFormat;

  /** @example 80 */
  quality!: number;

  /**
   * Maximum width in pixels.
   * @example 2048
   */
  max_width!: number | null;

  /**
   * Maximum height in pixels.
   * @example 2048
   */
  max_height!: number | null;
}

/** Requirements of a marketplace, and the outputs that Pressroom creates for the marketplace. */
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
   * Date on which the sources were last read.
   * @example 2026-11-26
   */
  read_on!: string;

  sources!: PresetSourceDto[];

  /**
   * Contradictions between the sources, limits without an official source, and advice.
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
