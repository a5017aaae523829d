import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { IMAGE_FORMATS } from '../compression/inspect/image-format.js';
import { AUDIT_REASON_CODES, fromAuditText, toAuditEntries } from './audit-reason.js';
import { checkImage } from './check-image.js';
import { describeAudit } from './describe-audit.js';
import type { FileFacts } from './file-facts.js';
import { PRESET_LIST, PRESETS } from './index.js';

const { google, amazon, ebay, shopify } = PRESETS;
const PHOTO: FileFacts = {
  format: 'jpeg',
  width: 1500,
  height: 1200,
  bytes: 300_000,
  animated: false,
  extension: 'jpg',
};
const codes = (...parameters: Parameters<typeof checkImage>) =>
  checkImage(...parameters).map(({ code }) => code);

const unknown = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: null });
const anyFacts: fc.Arbitrary<FileFacts> = fc.record({
  format: unknown(fc.constantFrom(...IMAGE_FORMATS)),
  width: unknown(fc.integer({ min: 1, max: 20_000 })),
  height: unknown(fc.integer({ min: 1, max: 20_000 })),
  bytes: unknown(fc.integer({ min: 1, max: 40_000_000 })),
  animated: unknown(fc.boolean()),
  extension: unknown(fc.constantFrom('jpg', 'jpeg', 'png', 'webp', 'tif', 'php', 'heic')),
});
const anyPreset = fc.constantFrom(...PRESET_LIST);
const UNKNOWN: FileFacts = {
  format: null,
  width: null,
  height: null,
  bytes: null,
  animated: null,
  extension: null,
};

describe('checkImage()', () => {
  it('checkImage() accepts a photo within all limits of every preset', () => {
    for (const preset of PRESET_LIST) expect(checkImage(preset, PHOTO, [])).toEqual([]);
  });

  it('checkImage() accepts exactly 500 x 500 pixels for Google and rejects one pixel less', () => {
    expect(codes(google, { ...PHOTO, width: 500, height: 500 }, [])).toEqual([]);
    expect(codes(google, { ...PHOTO, width: 499, height: 500 }, [])).toEqual(['too_small']);
    expect(codes(google, { ...PHOTO, width: 500, height: 499 }, [])).toEqual(['too_small']);
  });

  it('checkImage() limits the longest side if the marketplace does', () => {
    expect(codes(amazon, { ...PHOTO, width: 1000, height: 10 }, [])).toEqual([]);
    expect(codes(amazon, { ...PHOTO, width: 999, height: 999 }, [])).toEqual(['too_small']);
    expect(codes(amazon, { ...PHOTO, width: 10_001 }, [])).toEqual(['side_too_long']);
    expect(codes(ebay, { ...PHOTO, width: 8000, height: 7001 }, [])).toEqual(['side_too_long']);
  });

  it('checkImage() rejects too many pixels, too many bytes, an unsupported format and an animation', () => {
    expect(codes(google, { ...PHOTO, width: 8001, height: 8000 }, [])).toEqual(['too_many_pixels']);
    expect(codes(google, { ...PHOTO, bytes: 16_000_001 }, [])).toEqual(['file_too_large']);
    expect(codes(google, { ...PHOTO, format: 'avif', extension: null }, [])).toEqual([
      'format_not_accepted',
    ]);
    const gif: FileFacts = { ...PHOTO, format: 'gif', extension: 'gif', animated: true };
    expect(codes(google, gif, [])).toEqual(['animated']);
    expect(codes(shopify, gif, [])).toEqual([]);
  });

  it('checkImage() rejects the extension of another image format only for Google', () => {
    const webp: FileFacts = { ...PHOTO, format: 'webp', extension: 'jpg' };
    expect(codes(google, webp, [])).toEqual(['extension_mismatch']);
    expect(codes(google, { ...webp, extension: 'php' }, [])).toEqual([]);
    expect(codes(ebay, webp, [])).toEqual([]);
  });

  it('checkImage() checks the outputs instead of the source that they replace', () => {
    const source: FileFacts = { ...PHOTO, format: 'avif', width: 9000, height: 9000 };
    expect(codes(google, source, [PHOTO])).toEqual([]);
    expect(codes(google, source, [PHOTO, { ...PHOTO, width: 400, height: 320 }])).toEqual([
      'too_small',
    ]);
  });

  it('checkImage() reports a source that is too small although its output was enlarged', () => {
    const source = { ...PHOTO, width: 320, height: 240 };
    expect(checkImage(google, source, [PHOTO])).toEqual([
      { code: 'source_too_small', actual: '320x240' },
    ]);
    expect(codes(google, source, [{ ...PHOTO, width: 320, height: 240 }])).toEqual(['too_small']);
  });

  it('checkImage() ignores unknown properties', () => {
    for (const preset of PRESET_LIST) expect(checkImage(preset, UNKNOWN, [])).toEqual([]);
  });

  it('checkImage() never reports more problems when a property is unknown', () => {
    const anyFact = fc.constantFrom(...(Object.keys(UNKNOWN) as (keyof FileFacts)[]));
    fc.assert(
      fc.property(anyPreset, anyFacts, anyFact, (preset, facts, fact) => {
        const all = codes(preset, facts, []);
        for (const code of codes(preset, { ...facts, [fact]: null }, [])) {
          expect(all).toContain(code);
        }
      }),
    );
  });

  it('checkImage() reports each code once, in the documented order, for any order of outputs', () => {
    const anyOutputs = fc.array(anyFacts, { maxLength: 4 });
    fc.assert(
      fc.property(anyPreset, anyFacts, anyOutputs, (preset, source, outputs) => {
        const found = codes(preset, source, outputs);
        expect(found).toEqual(AUDIT_REASON_CODES.filter((code) => found.includes(code)));
        expect(codes(preset, source, outputs.toReversed())).toEqual(found);
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
      'The image has 320 x 240 pixels; Google requires at least 500 x 500 pixels.',
    );
    expect(describeAudit(google, 'file_too_large:16000001')).toBe(
      'The file has 16,000,001 bytes; Google accepts at most 16,000,000 bytes.',
    );
    expect(describeAudit(google, '')).toBe('pass');
  });

  it('describeAudit() needs only the stored form to describe every failed image', () => {
    fc.assert(
      fc.property(
        anyPreset,
        anyFacts,
        fc.array(anyFacts, { maxLength: 3 }),
        (preset, source, o) => {
          const reasons = checkImage(preset, source, o);
          const text = toAuditEntries(reasons).join(',');
          expect(fromAuditText(text)).toEqual(reasons);
          const sentences = describeAudit(preset, text);
          const ends = sentences.match(/\.(?: |$)/g) ?? [];
          expect(ends).toHaveLength(reasons.length);
          expect(sentences === 'pass').toBe(reasons.length === 0);
          expect(sentences).not.toMatch(/null|undefined|NaN|\|/);
        },
      ),
    );
  });
});
