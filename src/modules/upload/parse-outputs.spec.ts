import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FITS, OUTPUT_FORMATS } from '../../platform/compression/compression-options.js';
import { InvalidParameterError } from '../../platform/http/validation.js';
import { parseOutputs } from './parse-outputs.js';
import { UploadOptions } from './upload-options.dto.js';

const problemsOf = (value: unknown) =>
  parseOutputs(typeof value === 'string' ? value : JSON.stringify(value)).problems ?? [];
const fieldsOf = (value: unknown) => problemsOf(value).map(({ field }) => field);
const messagesOf = (fields: Record<string, unknown>) => {
  try {
    UploadOptions.from(fields);
    return [];
  } catch (error) {
    if (!(error instanceof InvalidParameterError)) throw error;
    const { errors } = error.details as { errors: { field: string; message: string }[] };
    return errors.map(({ message }) => message);
  }
};

const side = fc.integer({ min: 1, max: 4000 });
const optional = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });
const output = fc.record({
  format: optional(fc.constantFrom(...OUTPUT_FORMATS)),
  width: side,
  height: side,
  fit: optional(fc.constantFrom(...FITS)),
  background: optional(fc.constantFrom('#FFffFF', '#012345', 'transparent')),
  trim: optional(fc.boolean()),
  padding: optional(fc.integer({ min: 0, max: 40 })),
  enlarge: optional(fc.boolean()),
  quality: optional(fc.oneof(fc.integer({ min: 1, max: 100 }), fc.constantFrom('auto', 'auto:1'))),
  max_bytes: optional(fc.integer({ min: 1, max: 1e9 })),
});
const named = fc
  .array(output, { minLength: 1, maxLength: 10 })
  .map((outputs) => outputs.map((entry, i) => ({ name: `output-${i}`, ...entry })));

describe('parseOutputs()', () => {
  it('parseOutputs() accepts valid outputs and returns every given option', () => {
    fc.assert(
      fc.property(named, (given) => {
        const { outputs, problems } = parseOutputs(JSON.stringify(given));
        expect(problems).toBeUndefined();
        for (const [i, parsed] of outputs!.entries()) {
          const { name, width, height, fit = 'inside', format = 'original', ...rest } = given[i];
          const options = parsed.toCompressionOptions({});
          expect(parsed.name).toBe(name);
          expect(options).toMatchObject({ format, max_width: width, max_height: height });
          expect(options.fit ?? 'inside').toBe(fit);
          expect(options.background).toBe(rest.background?.toLowerCase());
          expect(options.padding ?? 0).toBe(rest.padding ?? 0);
          expect([options.trim ?? false, options.enlarge ?? false]).toEqual([
            rest.trim ?? false,
            rest.enlarge ?? false,
          ]);
          expect(options.max_bytes).toBe(rest.max_bytes);
          const { quality } = rest;
          expect(options.quality).toBe(typeof quality === 'number' ? quality : options.quality);
          expect(Object.values(options)).not.toContain(undefined);
        }
      }),
    );
  });

  it('parseOutputs() rejects any other value with a problem for the field outputs', () => {
    const wrong = fc.oneof(fc.jsonValue(), fc.array(fc.jsonValue(), { maxLength: 3 }));
    fc.assert(
      fc.property(wrong, (value) => {
        const problems = problemsOf(JSON.stringify(value));
        expect(problems).not.toEqual([]);
        for (const { field, message } of problems) {
          expect(field).toMatch(/^outputs(?:\[\d\])?(?:\.\w+)?$/);
          expect(message).toContain('outputs');
        }
      }),
    );
  });

  it('parseOutputs() rejects an invalid value of any member and names the member', () => {
    const members = ['format', 'width', 'height', 'fit', 'background', 'trim', 'padding'] as const;
    const member = fc.constantFrom(...members, 'enlarge', 'quality', 'max_bytes', 'name');
    const value = fc.constantFrom(null, -1, 'x', {}, [], [1], '1600', '../', '\u0000');
    fc.assert(
      fc.property(member, value, (name, wrong) => {
        const fields = fieldsOf([{ name: 'a', width: 1, height: 1, [name]: wrong }]);
        const isValidName = name === 'name' && (wrong === 'x' || wrong === '1600');
        expect(fields).toEqual(isValidName ? [] : [`outputs[0].${name}`]);
      }),
      { numRuns: 500 },
    );
  });

  it.each([
    ['text that is not JSON', '[{', ['outputs']],
    ['an object', {}, ['outputs']],
    ['no output', [], ['outputs']],
    ['eleven outputs', Array.from({ length: 11 }, (_, i) => ({ name: `o${i}` })), ['outputs']],
    ['an entry that is not an object', [{ name: 'a' }, 'b'], ['outputs[1]']],
    ['an unknown member', [{ name: 'a', qualty: 5 }], ['outputs[0]']],
    ['the member __proto__', '[{"name":"a","__proto__":{"width":5}}]', ['outputs[0]']],
    ['an output without a name', [{ width: 5 }], ['outputs[0].name']],
    ['a name that is a path', [{ name: '../a' }], ['outputs[0].name']],
    ['a name of 41 characters', [{ name: 'a'.repeat(41) }], ['outputs[0].name']],
    ['two names that differ in case only', [{ name: 'A' }, { name: 'a' }], ['outputs[1].name']],
    ['a side of 16,385 pixels', [{ name: 'a', width: 16_385 }], ['outputs[0].width']],
    ['pad without a height', [{ name: 'a', fit: 'pad', width: 5 }], ['outputs[0].height']],
    ['the target score 0', [{ name: 'a', quality: 'auto:0' }], ['outputs[0].quality']],
    ['the target score 101', [{ name: 'a', quality: 'auto:101' }], ['outputs[0].quality']],
  ])('parseOutputs() rejects %s', (_, value, fields) => {
    expect(fieldsOf(value)).toEqual(fields);
  });

  it('parseOutputs() rejects ten outputs of 16,384 pixels, and one output that is enlarged to this size', () => {
    const sides = [{ width: 16_384 }, { height: 16_384 }, { width: 16_384, height: 16_384 }];
    for (const size of sides) {
      const ten = Array.from({ length: 10 }, (_, i) => ({ name: `o${i}`, ...size }));
      expect(fieldsOf(ten)).toEqual(['outputs']);
      expect(fieldsOf([{ name: 'a', ...size }])).toEqual([]);
      expect(fieldsOf([{ name: 'a', ...size, enlarge: true }])).toEqual(['outputs[0].width']);
    }
  });
});

describe('UploadOptions', () => {
  const outputs = JSON.stringify([{ name: 'a', quality: 'auto' }, { name: 'b' }]);

  it('UploadOptions adds the shared options to each output', () => {
    const options = UploadOptions.from({ outputs, effort: 'small', metadata: 'copyright' });
    const shared = { format: 'original', effort: 'small', metadata: 'copyright' };
    expect(options.requestOutputs()).toEqual([
      { name: 'a', options: { ...shared, quality: 50, target_score: 70 } },
      { name: 'b', options: { ...shared, quality: 50 } },
    ]);
    expect(options.firstCompressionOptions()).toEqual({ ...shared, quality: 50, target_score: 70 });
  });

  it('UploadOptions without outputs creates one unnamed output', () => {
    const options = UploadOptions.from({ format: 'webp', max_width: '800', quality: '' });
    expect(options.requestOutputs()).toBeNull();
    expect(options.firstCompressionOptions()).toEqual({
      quality: 50,
      format: 'webp',
      max_width: 800,
    });
  });

  it('UploadOptions reads automatic quality and max_bytes in the short form', () => {
    const compressionOf = (fields: Record<string, unknown>) =>
      UploadOptions.from(fields).firstCompressionOptions();
    expect(compressionOf({ quality: 'auto' })).toMatchObject({ target_score: 70 });
    expect(compressionOf({ quality: 'auto:85' })).toMatchObject({ target_score: 85 });
    expect(compressionOf({ max_bytes: '9' })).toMatchObject({ max_bytes: 9, quality: 100 });
    expect(compressionOf({ max_bytes: '9', quality: '60' })).toMatchObject({ quality: 60 });
  });

  it('UploadOptions rejects outputs combined with the short form, and names both', () => {
    expect(messagesOf({ outputs, max_width: '800', quality: '50' })).toEqual([
      'outputs and quality cannot be used together. Set quality of each output in outputs.',
      'outputs and max_width cannot be used together. Set width of each output in outputs.',
    ]);
  });

  it.each([
    [{ srcset: 'true' }, 'srcset needs outputs'],
    [{ preset: 'ebay', audit_only: 'true', outputs }, 'outputs has no effect'],
    [{ preset: 'ebay', audit_only: 'true', srcset: 'true' }, 'srcset has no effect'],
    [{ srcset: 'yes', outputs }, 'srcset must be true or false'],
    [{ srcset: 'true', outputs: '[{"name":"Srcset"}]' }, 'must not be srcset'],
    [{ outputs: [outputs, outputs] }, 'outputs must be given once'],
    [{ quality: 'auto:' }, 'quality must be a whole number'],
    [{ quality: '0' }, 'quality must be a whole number'],
    [{ max_bytes: '0' }, 'max_bytes must be at least 1'],
  ])('UploadOptions rejects %j', (fields, message) => {
    expect(messagesOf(fields)).toEqual([expect.stringContaining(message)]);
  });
});
