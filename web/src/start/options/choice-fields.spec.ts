import { describe, expect, it } from 'vitest';
import { toPreviewOptions, toEstimateFields, toFormFields } from './choice-fields.js';
import { DEFAULT_CHOICES, withDefaults } from './choices.js';
import { toOutputChoices } from './outputs.js';

const OUTPUTS = [
  { name: 'google', format: 'jpeg', quality: 80, max_width: 2048, max_height: 2048 },
] as const;
const GOOGLE = { ...DEFAULT_CHOICES, preset: 'google' } as const;

describe('toFormFields()', () => {
  it('toFormFields() omits fields that the API rejects together with a preset', () => {
    const choices = { ...GOOGLE, quality: 70, format: 'webp', maxWidth: '9', isAutomatic: true };
    expect(toFormFields({ ...choices, format: 'webp' })).toEqual([
      ['preset', 'google'],
      ['audit', 'true'],
    ]);
  });

  it('toFormFields() returns neither outputs nor encoding options with audit_only', () => {
    const outputs = toOutputChoices(OUTPUTS);
    const choices = { ...GOOGLE, isCheckOnly: true, outputs, srcset: true } as const;
    expect(
      toFormFields({ ...choices, effort: 'small', webhookUrl: ' https://a.example ' }),
    ).toEqual([
      ['preset', 'google'],
      ['audit_only', 'true'],
      ['webhook_url', 'https://a.example'],
    ]);
  });

  it('toFormFields() returns a file name template unless it is blank', () => {
    const toFields = (fileNames: string) => toFormFields({ ...DEFAULT_CHOICES, fileNames });
    expect(toFields(' {sku}.{ext} ')).toEqual([['filename_template', '{sku}.{ext}']]);
    expect(toFields('  ')).toEqual([]);
    expect(toFormFields({ ...GOOGLE, isCheckOnly: true, fileNames: '{sku}' })).toHaveLength(2);
  });

  it('toFormFields() returns custom outputs together with their preset', () => {
    const fields = toFormFields({ ...GOOGLE, outputs: toOutputChoices(OUTPUTS) });
    expect(Object.fromEntries(fields)).toMatchObject({ preset: 'google', audit: 'true' });
    expect(JSON.parse(Object.fromEntries(fields).outputs)).toEqual([
      { name: 'google', format: 'jpeg', width: 2048, height: 2048, quality: 80 },
    ]);
  });

  it('toFormFields() omits audit_only without a preset', () => {
    expect(toFormFields({ ...DEFAULT_CHOICES, isCheckOnly: true })).toEqual([]);
  });

  it('toFormFields() returns the default quality if there is a maximum size, because the API default differs', () => {
    expect(toFormFields({ ...DEFAULT_CHOICES, maxKilobytes: '150' })).toEqual([
      ['quality', '50'],
      ['max_bytes', '150000'],
    ]);
    expect(toFormFields({ ...DEFAULT_CHOICES, isAutomatic: true })).toEqual([
      ['quality', 'auto:70'],
    ]);
  });
});

describe('toPreviewOptions()', () => {
  it('toPreviewOptions() returns the same metadata option as toFormFields()', () => {
    const choices = { ...DEFAULT_CHOICES, metadata: 'copyright' as const };
    expect(toPreviewOptions(choices, [])).toMatchObject({ metadata: 'copyright' });
    expect(toFormFields(choices)).toEqual([['metadata', 'copyright']]);
  });

  it('toPreviewOptions() returns the output of the preset, or the custom output that replaces it', () => {
    expect(toPreviewOptions(GOOGLE, OUTPUTS)).toMatchObject({ quality: 80, max_width: 2048 });
    const [output] = toOutputChoices(OUTPUTS);
    const outputs = [{ ...output, quality: '30' }];
    expect(toPreviewOptions({ ...GOOGLE, outputs }, OUTPUTS)).toMatchObject({ quality: 30 });
  });

  it('toPreviewOptions() returns the target score and the maximum size instead of a quality', () => {
    const choices = { ...DEFAULT_CHOICES, isAutomatic: true, maxKilobytes: '9' };
    const options = toPreviewOptions(choices, []);
    expect(options).toMatchObject({ target_score: 70, max_bytes: 9000 });
    expect(options).not.toHaveProperty('quality');
    expect(toPreviewOptions({ ...choices, maxKilobytes: '-1' }, [])).toMatchObject({ quality: 50 });
  });
});

describe('toEstimateFields()', () => {
  it('toEstimateFields() returns the preset or the automatic quality', () => {
    expect(toEstimateFields(GOOGLE)).toEqual([['preset', 'google']]);
    const automatic = Object.fromEntries(
      toEstimateFields({ ...DEFAULT_CHOICES, isAutomatic: true, maxKilobytes: '9' }),
    );
    expect(automatic).toMatchObject({ quality: 'auto:70', max_bytes: '9000' });
  });
});

describe('withDefaults()', () => {
  it('withDefaults() adds missing options to a draft from an earlier version', () => {
    const {
      isAutomatic: _a,
      targetScore: _t,
      maxKilobytes: _m,
      ...oldOutput
    } = toOutputChoices(OUTPUTS)[0];
    const choices = withDefaults({ quality: 33, outputs: [oldOutput as never] });
    expect(choices).toMatchObject({ quality: 33, preset: null });
    expect(choices.outputs).toEqual(toOutputChoices(OUTPUTS));
  });
});
