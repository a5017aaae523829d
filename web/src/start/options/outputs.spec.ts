import { describe, expect, it } from 'vitest';
import { toEstimateFields, toFormFields } from './choice-fields.js';
import { DEFAULT_CHOICES } from './choices.js';
import { DEFAULT_GEOMETRY } from './geometry-choice.js';
import {
  areOutputsValid,
  createInitialOutputs,
  MAX_OUTPUTS,
  createNextOutput,
  type OutputChoice,
  toOutputsField,
  findNameProblem,
  findSizeProblem,
} from './outputs.js';
import { DEFAULT_QUALITY_CHOICE } from './quality-choice.js';

const createOutput = (overrides: Partial<OutputChoice> = {}): OutputChoice => ({
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

describe('The output functions', () => {
  it('createInitialOutputs() copies the settings of the single output', () => {
    const choices = { ...DEFAULT_CHOICES, format: 'avif', quality: 70, maxWidth: '1600' } as const;
    expect(createInitialOutputs(choices)[0]).toMatchObject({
      format: 'avif',
      quality: '70',
      width: '1600',
    });
  });

  it('createNextOutput() returns an unused name for each of ten outputs', () => {
    const outputs = [createOutput()];
    while (outputs.length < MAX_OUTPUTS) outputs.push(createNextOutput(outputs));
    expect(areOutputsValid(outputs)).toBe(true);
  });

  it('findNameProblem() returns a problem for each name that the API rejects', () => {
    const outputs = ['a', 'A', '', '../a', 'srcset', 'b_1-2'].map((name) => createOutput({ name }));
    const problemFlags = outputs.map((_, i) => findNameProblem(outputs, i) !== '');
    expect(problemFlags).toEqual([false, true, true, true, true, false]);
  });

  it('findSizeProblem() requires a width and a height for padding and cropping', () => {
    expect(findSizeProblem(createOutput({ width: '5' }))).toBe('');
    expect(findSizeProblem(createOutput({ width: '5', fit: 'pad' }))).not.toBe('');
    expect(findSizeProblem(createOutput({ width: '5', height: '5', fit: 'cover' }))).toBe('');
    expect(findSizeProblem(createOutput({ width: '16385' }))).not.toBe('');
  });

  it('toOutputsField() returns numbers and omits default values', () => {
    const outputs = [
      createOutput({ format: 'original', width: '1e3' }),
      createOutput({ name: 'b', fit: 'pad', trim: true, background: 'color', color: '#ff0000' }),
    ];
    expect(JSON.parse(toOutputsField(outputs))).toEqual([
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

  it('toFormFields() returns outputs instead of the fields of a single output', () => {
    const choices = { ...DEFAULT_CHOICES, maxWidth: '9', outputs: [createOutput()], srcset: true };
    expect(toFormFields(choices).map(([name]) => name)).toEqual(['outputs', 'srcset']);
  });

  it('toEstimateFields() returns only the first output if another one is invalid', () => {
    const choices = { ...DEFAULT_CHOICES, outputs: [createOutput(), createOutput({ name: '' })] };
    expect(Object.fromEntries(toEstimateFields(choices))).toMatchObject({ format: 'webp' });
  });
});
