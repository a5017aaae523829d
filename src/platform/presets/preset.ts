import type { CompressionOptions } from '../compression/compression-options.js';
import type { ImageFormat } from '../compression/inspect/image-format.js';

export const PRESET_IDS = ['google', 'amazon', 'ebay', 'shopify', 'meta', 'etsy'] as const;
export type PresetId = (typeof PRESET_IDS)[number];

/** Files that an audit checks: the outputs, or the sources of a request that compresses nothing. */
export type AuditScope = 'outputs' | 'sources';

/** Requirements of a marketplace, and the outputs that Pressroom creates for it. */
export interface Preset {
  id: PresetId;
  /** Short name, for example in the column `Google check`. */
  name: string;
  /** Full name of the program. */
  title: string;
  /** Pages of the marketplace. */
  sources: readonly PresetSource[];
  /**
   * Date of the last check of the sources, for example `2026-11-26`. Stored copies were read, some of them in
   * part, because the live pages were not accessible.
   */
  readOn: string;
  /** Disagreements of the sources, limits without a source of the marketplace, and advice. */
  notes: readonly string[];
  limits: PresetLimits;
  outputs: readonly PresetOutput[];
}

export interface PresetSource {
  url: string;
  /** False if the page could not be read on that date. Its limits then come from other publications. */
  wasRead: boolean;
}

/** Limits of one image file. An absent limit does not exist. */
export interface PresetLimits {
  formats: readonly ImageFormat[];
  /** Pixels. */
  minWidth?: number;
  minHeight?: number;
  minLongestSide?: number;
  maxLongestSide?: number;
  /** Sum of width and height, in pixels. */
  maxSideSum?: number;
  /** Width times height. */
  maxPixels?: number;
  /** Sources write MB. These limits take 1,000,000 bytes for it, the stricter reading. */
  maxBytes?: number;
  /** Whether animations are accepted. */
  animation: boolean;
  /** Whether the extension in the URL has to name the format. */
  matchingExtension: boolean;
}

/** An output of an upload that names the preset and no outputs. */
export interface PresetOutput {
  name: string;
  options: CompressionOptions;
}
