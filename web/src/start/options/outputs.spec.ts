import { describe, expect, it } from 'vitest';
import { toEstimateFields, toFormFields } from './choice-fields.js';
import { DEFAULT_CHOICES } from './choices.js';
import { DEFAULT_GEOMETRY } from './geometry-choice.js';
import {
  areOutputsValid,
  firstOutputs,
  MAX_OUTPUTS,
  nextOutput,
  type OutputChoice,
  outputsField,
  findNameProblem,
  findSizeProblem,
} from './outputs.js';
import { DEFAULT_QUALITY_CHOICE } from './quality-choice.js';

const output = (overrides: Partial<OutputChoice> = {}): OutputChoice => ({
  ...DEFAULT_QUALITY_CHOICE,
  ...DEFAULT_GEOMETRY,
  name: 'a',
  format: 'webp',
  width: '',
  height: '',
  fit: 'inside',
  quality: '50',
  ...overrides,
});

describe('The outputs of the form', () => {
  it('firstOutputs() copies the settings of the single output', () => {
    const choices = { ...DEFAULT_CHOICES, format: 'avif', quality: 70, maxWidth: '1600' } as const;
    expect(firstOutputs(choices)[0]).toMatchObject({
      format: 'avif',
      quality: '70',
      width: '1600',
    });
  });

  it('nextOutput() gives each of ten outputs a free name', () => {
    const outputs = [output()];
    while (outputs.length < MAX_OUTPUTS) outputs.push(nextOutput(outputs));
    expect(areOutputsValid(outputs)).toBe(true);
  });

  it('findNameProblem() reports names that the API refuses', () => {
    const outputs = ['a', 'A', '', '../a', 'srcset', 'b_1-2'].map((name) => output({ name }));
    const found = outputs.map((_, i) => findNameProblem(outputs, i) !== '');
    expect(found).toEqual([false, true, true, true, true, false]);
  });

  it('findSizeProblem() requires both sides for padding and cropping', () => {
    expect(findSizeProblem(output({ width: '5' }))).toBe('');
    expect(findSizeProblem(output({ width: '5', fit: 'pad' }))).not.toBe('');
    expect(findSizeProblem(output({ width: '5', height: '5', fit: 'cover' }))).toBe('');
    expect(findSizeProblem(output({ width: '16385' }))).not.toBe('');
  });

  it('outputsField() returns numbers, and omits members at their default', () => {
    const outputs = [
      output({ format: 'original', width: '1e3' }),
      output({ name: 'b', fit: 'pad', trim: true, background: 'color', color: '#ff0000' }),
    ];
    expect(JSON.parse(outputsField(outputs))).toEqual([
      { name: 'a', width: 1000, quality: 50 },
      {
        name: 'b',
        format: 'webp',
        fit: 'pad',
        background: '#ff0000',
        trim: true,
        quality: 50,
      },
    ]);
  });

  it('toFormFields() sends outputs instead of the fields of one output', () => {
    const choices = { ...DEFAULT_CHOICES, maxWidth: '9', outputs: [output()], srcset: true };
    expect(toFormFields(choices).map(([name]) => name)).toEqual(['outputs', 'srcset']);
  });

  it('toEstimateFields() returns the first output while another one is invalid', () => {
    const choices = { ...DEFAULT_CHOICES, outputs: [output(), output({ name: '' })] };
    expect(Object.fromEntries(toEstimateFields(choices))).toMatchObject({ format: 'webp' });
  });
});
