import { describe, expect, it } from 'vitest';
import { findLabel, replaceFieldName } from './field-labels.js';

describe('findLabel()', () => {
  it.each([
    ['filename_template', 'File names'],
    ['outputs[1].width', 'Output 2, width'],
    ['outputs[0]', 'Output 1'],
    ['image_columns', undefined],
    ['outputs[0].unknown', undefined],
  ])('findLabel() for the field %j returns %j', (field, label) => {
    expect(findLabel(field)).toBe(label);
  });
});

describe('replaceFieldName()', () => {
  it.each([
    ['filename_template', 'filename_template: There is no field {x}.', 'There is no field {x}.'],
    ['max_bytes', 'max_bytes must be at least 1', 'File size must be at least 1'],
    [
      'outputs[1].width',
      'outputs[1].width is missing: fit=pad needs both',
      'Output 2, width is missing: fit=pad needs both',
    ],
    ['quality', 'outputs and quality cannot be used together.', undefined],
    ['image_columns', 'image_columns must name a column', undefined],
  ])(
    'replaceFieldName() for the field %j and the message %j returns the message for the page',
    (field, message, expected) => {
      expect(replaceFieldName(field, message)).toBe(expected ?? message);
    },
  );
});
