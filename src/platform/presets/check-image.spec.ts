import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { IMAGE_FORMATS } from '../compression/inspect/image-format.js';
import { AUDIT_REASON_CODES, parseAuditText, toAuditEntries } from './audit-reason.js';
import { checkImage } from './check-image.js';
import { describeAudit } from './describe-audit.js';
import type { FileProperties } from './file-properties.js';
import { PRESET_LIST, PRESETS } from './index.js';

const { google, amazon, ebay, shopify } = PRESETS;
const PHOTO: FileProperties = {
  format: 'jpeg',
  width: 1500,
  height: 1200,
  bytes: 300_000,
  animated: false,
  extension: 'jpg',
};
const findCodes = (...parameters: Parameters<typeof checkImage>) =>
  checkImage(...parameters).map(({ code }) => code);

const orUnknown = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: null });
const anyFile: fc.Arbitrary<FileProperties> = fc.record({
  format: orUnknown(fc.constantFrom(...IMAGE_FORMATS)),
  width: orUnknown(fc.integer({ min: 1, max: 20_000 })),
  height: orUnknown(fc.integer({ min: 1, max: 20_000 })),
  bytes: orUnknown(fc.integer({ min: 1, max: 40_000_000 })),
  animated: orUnknown(fc.boolean()),
  extension: orUnknown(fc.constantFrom('jpg', 'jpeg', 'png', 'webp', 'tif', 'php', 'heic')),
});
const anyPreset = fc.constantFrom(...PRESET_LIST);
const UNKNOWN_PROPERTIES: FileProperties = {
  format: null,
  width: null,
  height: null,
  bytes: null,
  animated: null,
  extension: null,
};

describe('checkImage()', () => {
  it('checkImage() accepts a photo that meets all limits of every preset', () => {
    for (const preset of PRESET_LIST) expect(checkImage(preset, PHOTO, [])).toEqual([]);
  });

  it('checkImage() accepts 500 x 500 pixels for Google and rejects 499 pixels in either dimension', () => {
    expect(findCodes(google, { ...PHOTO, width: 500, height: 500 }, [])).toEqual([]);
    expect(findCodes(google, { ...PHOTO, width: 499, height: 500 }, [])).toEqual(['too_small']);
    expect(findCodes(google, { ...PHOTO, width: 500, height: 499 }, [])).toEqual(['too_small']);
  });

  it('checkImage() checks the longest side if the marketplace limits it', () => {
    expect(findCodes(amazon, { ...PHOTO, width: 1000, height: 10 }, [])).toEqual([]);
    expect(findCodes(amazon, { ...PHOTO, width: 999, height: 999 }, [])).toEqual(['too_small']);
    expect(findCodes(amazon, { ...PHOTO, width: 10_001 }, [])).toEqual(['side_too_long']);
    expect(findCodes(ebay, { ...PHOTO, width: 8000, height: 7001 }, [])).toEqual(['side_too_long']);
  });

  it('checkImage() rejects images with too many pixels or bytes, an unsupported format or an animation', () => {
    expect(findCodes(google, { ...PHOTO, width: 8001, height: 8000 }, [])).toEqual([
      'too_many_pixels',
    ]);
    expect(findCodes(google, { ...PHOTO, bytes: 16_000_001 }, [])).toEqual(['file_too_large']);
    expect(findCodes(google, { ...PHOTO, format: 'avif', extension: null }, [])).toEqual([
      'format_not_accepted',
    ]);
    const gif: FileProperties = { ...PHOTO, format: 'gif', extension: 'gif', animated: true };
    expect(findCodes(google, gif, [])).toEqual(['animated']);
    expect(findCodes(shopify, gif, [])).toEqual([]);
  });

  it('checkImage() rejects an extension that does not match the format, but only for Google', () => {
    const webp: FileProperties = { ...PHOTO, format: 'webp', extension: 'jpg' };
    expect(findCodes(google, webp, [])).toEqual(['extension_mismatch']);
    expect(findCodes(google, { ...webp, extension: 'php' }, [])).toEqual([]);
    expect(findCodes(ebay, webp, [])).toEqual([]);
  });

  it('checkImage() checks the outputs instead of the source that they replace', () => {
    const source: FileProperties = { ...PHOTO, format: 'avif', width: 9000, height: 9000 };
    expect(findCodes(google, source, [PHOTO])).toEqual([]);
    expect(findCodes(google, source, [PHOTO, { ...PHOTO, width: 400, height: 320 }])).toEqual([
      'too_small',
    ]);
  });

  it('checkImage() reports a source that is too small even if its output was enlarged', () => {
    const source = { ...PHOTO, width: 320, height: 240 };
    expect(checkImage(google, source, [PHOTO])).toEqual([
      { code: 'source_too_small', actual: '320x240' },
    ]);
    expect(findCodes(google, source, [{ ...PHOTO, width: 320, height: 240 }])).toEqual([
      'too_small',
    ]);
  });

  it('checkImage() reports no problems for properties whose values are unknown', () => {
    for (const preset of PRESET_LIST)
      expect(checkImage(preset, UNKNOWN_PROPERTIES, [])).toEqual([]);
  });

  it('checkImage() never reports more problems if a property is unknown', () => {
    const anyProperty = fc.constantFrom(
      ...(Object.keys(UNKNOWN_PROPERTIES) as (keyof FileProperties)[]),
    );
    fc.assert(
      fc.property(anyPreset, anyFile, anyProperty, (preset, file, property) => {
        const allCodes = findCodes(preset, file, []);
        for (const code of findCodes(preset, { ...file, [property]: null }, [])) {
          expect(allCodes).toContain(code);
        }
      }),
    );
  });

  it('checkImage() reports each code once and in the documented order, regardless of the order of the outputs', () => {
    const anyOutputs = fc.array(anyFile, { maxLength: 4 });
    fc.assert(
      fc.property(anyPreset, anyFile, anyOutputs, (preset, source, outputs) => {
        const foundCodes = findCodes(preset, source, outputs);
        expect(foundCodes).toEqual(AUDIT_REASON_CODES.filter((code) => foundCodes.includes(code)));
        expect(findCodes(preset, source, outputs.toReversed())).toEqual(foundCodes);
      }),
    );
  });
});

describe('describeAudit()', () => {
  it('describeAudit() states the value of the image and the limit of the marketplace', () => {
    const text = toAuditEntries(checkImage(google, { ...PHOTO, width: 320, height: 240 }, [])).join(
      ',',
    );
    expect(describeAudit(google, text)).toBe(
      'The image is 320 x 240 pixels; Google requires at least 500 x 500 pixels.',
    );
    expect(describeAudit(google, 'file_too_large:16000001')).toBe(
      'The file is 16,000,001 bytes in size; Google accepts at most 16,000,000 bytes.',
    );
    expect(describeAudit(google, '')).toBe('pass');
  });

  it('describeAudit() describes every failed image from its stored reasons', () => {
    fc.assert(
      fc.property(
        anyPreset,
        anyFile,
        fc.array(anyFile, { maxLength: 3 }),
        (preset, source, outputs) => {
          const reasons = checkImage(preset, source, outputs);
          const text = toAuditEntries(reasons).join(',');
          expect(parseAuditText(text)).toEqual(reasons);
          const sentences = describeAudit(preset, text);
          const sentenceEnds = sentences.match(/\.(?: |$)/g) ?? [];
          expect(sentenceEnds).toHaveLength(reasons.length);
          expect(sentences === 'pass').toBe(reasons.length === 0);
          expect(sentences).not.toMatch(/null|undefined|NaN|\|/);
        },
      ),
    );
  });
});
