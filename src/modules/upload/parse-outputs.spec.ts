import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FITS, OUTPUT_FORMATS } from '../../platform/compression/compression-options.js';
import { InvalidParameterError } from '../../platform/http/validation.js';
import { parseOutputs } from './parse-outputs.js';
import { UploadOptions } from './upload-options.dto.js';

const findProblems = (value: unknown) =>
  parseOutputs(typeof value === 'string' ? value : JSON.stringify(value)).problems ?? [];
const findInvalidFields = (value: unknown) => findProblems(value).map(({ field }) => field);
const readErrorMessages = (fields: Record<string, unknown>) => {
  try {
    UploadOptions.from(fields);
    return [];
  } catch (error) {
    if (!(error instanceof InvalidParameterError)) throw error;
    const { errors } = error.details as { errors: { field: string; message: string }[] };
    return errors.map(({ message }) => message);
  }
};

const anyDimension = fc.integer({ min: 1, max: 4000 });
const orUndefined = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });
const anyOutput = fc.record({
  format: orUndefined(fc.constantFrom(...OUTPUT_FORMATS)),
  width: anyDimension,
  height: anyDimension,
  fit: orUndefined(fc.constantFrom(...FITS)),
  background: orUndefined(fc.constantFrom('#FFffFF', '#012345', 'transparent')),
  trim: orUndefined(fc.boolean()),
  padding: orUndefined(fc.integer({ min: 0, max: 40 })),
  enlarge: orUndefined(fc.boolean()),
  quality: orUndefined(
    fc.oneof(fc.integer({ min: 1, max: 100 }), fc.constantFrom('auto', 'auto:1')),
  ),
  max_bytes: orUndefined(fc.integer({ min: 1, max: 1e9 })),
});
const anyOutputs = fc
  .array(anyOutput, { minLength: 1, maxLength: 10 })
  .map((outputs) => outputs.map((entry, i) => ({ name: `output-${i}`, ...entry })));

describe('parseOutputs()', () => {
  it('parseOutputs() accepts valid outputs and returns every specified option', () => {
    fc.assert(
      fc.property(anyOutputs, (expectedOutputs) => {
        const { outputs, problems } = parseOutputs(JSON.stringify(expectedOutputs));
        expect(problems).toBeUndefined();
        for (const [i, parsedOutput] of outputs!.entries()) {
          const {
            name,
            width,
            height,
            fit = 'inside',
            format = 'original',
            ...otherOptions
          } = expectedOutputs[i];
          const options = parsedOutput.toCompressionOptions({});
          expect(parsedOutput.name).toBe(name);
          expect(options).toMatchObject({ format, max_width: width, max_height: height });
          expect(options.fit ?? 'inside').toBe(fit);
          expect(options.background).toBe(otherOptions.background?.toLowerCase());
          expect(options.padding ?? 0).toBe(otherOptions.padding ?? 0);
          expect([options.trim ?? false, options.enlarge ?? false]).toEqual([
            otherOptions.trim ?? false,
            otherOptions.enlarge ?? false,
          ]);
          expect(options.max_bytes).toBe(otherOptions.max_bytes);
          const { quality } = otherOptions;
          expect(options.quality).toBe(typeof quality === 'number' ? quality : options.quality);
          expect(Object.values(options)).not.toContain(undefined);
        }
      }),
    );
  });

  it('parseOutputs() rejects arbitrary JSON with a problem for the field outputs', () => {
    const invalidValue = fc.oneof(fc.jsonValue(), fc.array(fc.jsonValue(), { maxLength: 3 }));
    fc.assert(
      fc.property(invalidValue, (value) => {
        const problems = findProblems(JSON.stringify(value));
        expect(problems).not.toEqual([]);
        for (const { field, message } of problems) {
          expect(field).toMatch(/^outputs(?:\[\d\])?(?:\.\w+)?$/);
          expect(message).toContain('outputs');
        }
      }),
    );
  });

  it('parseOutputs() rejects an invalid value for any member and names the member', () => {
    const members = ['format', 'width', 'height', 'fit', 'background', 'trim', 'padding'] as const;
    const member = fc.constantFrom(...members, 'enlarge', 'quality', 'max_bytes', 'name');
    const value = fc.constantFrom(null, -1, 'x', {}, [], [1], '1600', '../', '\u0000');
    fc.assert(
      fc.property(member, value, (name, invalidValue) => {
        const fields = findInvalidFields([
          { name: 'a', width: 1, height: 1, [name]: invalidValue },
        ]);
        const isValidName = name === 'name' && (invalidValue === 'x' || invalidValue === '1600');
        expect(fields).toEqual(isValidName ? [] : [`outputs[0].${name}`]);
      }),
      { numRuns: 500 },
    );
  });

  it.each([
    ['text that is not JSON', '[{', ['outputs']],
    ['an object', {}, ['outputs']],
    ['an empty array', [], ['outputs']],
    ['eleven outputs', Array.from({ length: 11 }, (_, i) => ({ name: `o${i}` })), ['outputs']],
    ['an entry that is not an object', [{ name: 'a' }, 'b'], ['outputs[1]']],
    ['an unknown member', [{ name: 'a', qualty: 5 }], ['outputs[0]']],
    ['the member __proto__', '[{"name":"a","__proto__":{"width":5}}]', ['outputs[0]']],
    ['an output without a name', [{ width: 5 }], ['outputs[0].name']],
    ['a name that is a path', [{ name: '../a' }], ['outputs[0].name']],
    ['a name of 41 characters', [{ name: 'a'.repeat(41) }], ['outputs[0].name']],
    ['two names that differ only in case', [{ name: 'A' }, { name: 'a' }], ['outputs[1].name']],
    ['a width of 16,385 pixels', [{ name: 'a', width: 16_385 }], ['outputs[0].width']],
    ['fit=pad without a height', [{ name: 'a', fit: 'pad', width: 5 }], ['outputs[0].height']],
    ['the target score 0', [{ name: 'a', quality: 'auto:0' }], ['outputs[0].quality']],
    ['the target score 101', [{ name: 'a', quality: 'auto:101' }], ['outputs[0].quality']],
  ])('parseOutputs() rejects %s', (_, value, fields) => {
    expect(findInvalidFields(value)).toEqual(fields);
  });

  it('parseOutputs() rejects ten outputs with a width or height of 16,384 pixels, and a single output enlarged to this size', () => {
    const sizes = [{ width: 16_384 }, { height: 16_384 }, { width: 16_384, height: 16_384 }];
    for (const size of sizes) {
      const tenOutputs = Array.from({ length: 10 }, (_, i) => ({ name: `o${i}`, ...size }));
      expect(findInvalidFields(tenOutputs)).toEqual(['outputs']);
      expect(findInvalidFields([{ name: 'a', ...size }])).toEqual([]);
      expect(findInvalidFields([{ name: 'a', ...size, enlarge: true }])).toEqual([
        'outputs[0].width',
      ]);
    }
  });
});

describe('UploadOptions', () => {
  const outputs = JSON.stringify([{ name: 'a', quality: 'auto' }, { name: 'b' }]);

  it('UploadOptions adds effort and metadata to each output', () => {
    const options = UploadOptions.from({ outputs, effort: 'small', metadata: 'copyright' });
    const sharedOptions = { format: 'original', effort: 'small', metadata: 'copyright' };
    expect(options.toRequestOutputs()).toEqual([
      { name: 'a', options: { ...sharedOptions, quality: 50, target_score: 70 } },
      { name: 'b', options: { ...sharedOptions, quality: 50 } },
    ]);
    expect(options.toFirstCompressionOptions()).toEqual({
      ...sharedOptions,
      quality: 50,
      target_score: 70,
    });
  });

  it('UploadOptions without outputs creates one unnamed output', () => {
    const options = UploadOptions.from({ format: 'webp', max_width: '800', quality: '' });
    expect(options.toRequestOutputs()).toBeNull();
    expect(options.toFirstCompressionOptions()).toEqual({
      quality: 50,
      format: 'webp',
      max_width: 800,
    });
  });

  it('UploadOptions reads automatic quality and max_bytes in the short form', () => {
    const toCompressionOptions = (fields: Record<string, unknown>) =>
      UploadOptions.from(fields).toFirstCompressionOptions();
    expect(toCompressionOptions({ quality: 'auto' })).toMatchObject({ target_score: 70 });
    expect(toCompressionOptions({ quality: 'auto:85' })).toMatchObject({ target_score: 85 });
    expect(toCompressionOptions({ max_bytes: '9' })).toMatchObject({ max_bytes: 9, quality: 100 });
    expect(toCompressionOptions({ max_bytes: '9', quality: '60' })).toMatchObject({ quality: 60 });
  });

  it('UploadOptions rejects outputs combined with the short form and names both fields', () => {
    expect(readErrorMessages({ outputs, max_width: '800', quality: '50' })).toEqual([
      'outputs and quality cannot be used together. Set quality for each output in outputs.',
      'outputs and max_width cannot be used together. Set width for each output in outputs.',
    ]);
  });

  it.each([
    [{ srcset: 'true' }, 'srcset requires outputs'],
    [{ preset: 'ebay', audit_only: 'true', outputs }, 'outputs has no effect'],
    [{ preset: 'ebay', audit_only: 'true', srcset: 'true' }, 'srcset has no effect'],
    [{ srcset: 'yes', outputs }, 'srcset must be true or false'],
    [{ srcset: 'true', outputs: '[{"name":"Srcset"}]' }, 'must not be srcset'],
    [{ outputs: [outputs, outputs] }, 'outputs must be given once'],
    [{ quality: 'auto:' }, 'quality must be a whole number'],
    [{ quality: '0' }, 'quality must be a whole number'],
    [{ max_bytes: '0' }, 'max_bytes must be at least 1'],
  ])('UploadOptions rejects %j with a message that contains "%s"', (fields, message) => {
    expect(readErrorMessages(fields)).toEqual([expect.stringContaining(message)]);
  });
});
