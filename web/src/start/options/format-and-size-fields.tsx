import { formatCount } from '../../format.js';
import { RadioGroup } from '../../components/radio-group.js';
import { type Choices, FORMATS } from './choices.js';
import { isValidDimension, MAX_SIDE_PIXELS } from './format-and-size.js';
import { FieldError, useFieldError } from '../check/field-errors.js';

interface Props {
  choices: Choices;
  onChange: (changes: Partial<Choices>) => void;
}

/** Shows the fields for the format and maximum size of a single output. */
export function FormatAndSizeFields({ choices, onChange }: Props) {
  const isSizeValid = isValidDimension(choices.maxWidth) && isValidDimension(choices.maxHeight);
  return (
    <>
      <RadioGroup
        legend="Format"
        name="format"
        options={FORMATS}
        selected={choices.format}
        onSelect={(format) => onChange({ format })}
      />
      <fieldset class="field">
        <legend>Maximum size (px)</legend>
        <div class="pixels">
          <PixelInput
            label="Width"
            field="max_width"
            value={choices.maxWidth}
            onInput={(maxWidth) => onChange({ maxWidth })}
          />
          <span aria-hidden="true">×</span>
          <PixelInput
            label="Height"
            field="max_height"
            value={choices.maxHeight}
            onInput={(maxHeight) => onChange({ maxHeight })}
          />
        </div>
        <p id="size-help" class={`small ${isSizeValid ? 'soft' : 'wrong'}`} role="status">
          {isSizeValid
            ? 'Larger images are scaled down to fit. Smaller images are never enlarged.'
            : `Enter 1 to ${formatCount(MAX_SIDE_PIXELS)} pixels, or leave empty for no limit.`}
        </p>
        <FieldError field="max_width" />
        <FieldError field="max_height" />
      </fieldset>
    </>
  );
}

interface PixelInputProps {
  label: string;
  field: string;
  value: string;
  onInput: (value: string) => void;
}

function PixelInput({ label, field, value, onInput }: PixelInputProps) {
  const errorAttributes = useFieldError(field, 'size-help');
  return (
    <input
      type="number"
      min="1"
      max={MAX_SIDE_PIXELS}
      inputMode="numeric"
      placeholder={label}
      aria-label={`Maximum ${label.toLowerCase()} in pixels`}
      {...errorAttributes}
      aria-invalid={!isValidDimension(value) || errorAttributes['aria-invalid']}
      value={value}
      onInput={(event) => onInput(event.currentTarget.value)}
    />
  );
}
