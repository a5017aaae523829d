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
  /** Marketplace pages that state the limits. */
  sources: readonly PresetSource[];
  /**
   * Date of the last check of the sources, for example `2026-11-26`. Stored copies, some of them incomplete,
   * were read because the live pages were not accessible.
   */
  checkedOn: string;
  /** Disagreements between sources, limits without a marketplace source, and advice. */
  notes: readonly string[];
  limits: PresetLimits;
  outputs: readonly PresetOutput[];
}

export interface PresetSource {
  url: string;
  /** Whether the page could be read on the `checkedOn` date. If not, the limits come from other publications. */
  wasRead: boolean;
}

/** Limits for one image file. An absent limit means that the marketplace has no such limit. */
export interface PresetLimits {
  formats: readonly ImageFormat[];
  /** Minimum width, in pixels. */
  minWidth?: number;
  minHeight?: number;
  minLongestSide?: number;
  maxLongestSide?: number;
  /** Maximum sum of width and height, in pixels. */
  maxSideSum?: number;
  /** Maximum width times height, in pixels. */
  maxPixels?: number;
  /** Sources state the limit in MB. One MB is read as 1,000,000 bytes, the stricter interpretation. */
  maxBytes?: number;
  /** Whether animations are accepted. */
  allowsAnimation: boolean;
  /** Whether the extension in the URL must match the format. */
  requiresMatchingExtension: boolean;
}

/** An output that an upload with the preset creates if it specifies no outputs. */
export interface PresetOutput {
  name: string;
  options: CompressionOptions;
}
