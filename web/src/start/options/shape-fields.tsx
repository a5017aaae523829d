import { formatCount } from '../../format.js';
import { Choice } from '../../parts/choice.js';
import { type Choices, FORMATS } from './choices.js';
import { isSide, MAX_SIDE } from './output-shape.js';
import { Refusal, useRefusal } from '../check/refused-fields.js';

interface Props {
  choices: Choices;
  onChange: (change: Partial<Choices>) => void;
}

/** Format and maximum size of a single output. */
export function ShapeFields({ choices, onChange }: Props) {
  const isSizeFine = isSide(choices.maxWidth) && isSide(choices.maxHeight);
  return (
    <>
      <Choice
        legend="Format"
        name="format"
        options={FORMATS}
        chosen={choices.format}
        onChoose={(format) => onChange({ format })}
      />
      <fieldset class="field">
        <legend>Maximum size (px)</legend>
        <div class="pixels">
          <Pixels
            label="Width"
            field="max_width"
            value={choices.maxWidth}
            onInput={(maxWidth) => onChange({ maxWidth })}
          />
          <span aria-hidden="true">×</span>
          <Pixels
            label="Height"
            field="max_height"
            value={choices.maxHeight}
            onInput={(maxHeight) => onChange({ maxHeight })}
          />
        </div>
        <p id="size-meaning" class={`small ${isSizeFine ? 'soft' : 'wrong'}`} role="status">
          {isSizeFine
            ? 'Larger images are scaled down to fit. Smaller ones are never enlarged.'
            : `From 1 to ${formatCount(MAX_SIDE)} pixels, or leave empty for no limit.`}
        </p>
        <Refusal field="max_width" />
        <Refusal field="max_height" />
      </fieldset>
    </>
  );
}

interface PixelsProps {
  label: string;
  field: string;
  value: string;
  onInput: (value: string) => void;
}

function Pixels({ label, field, value, onInput }: PixelsProps) {
  const refusal = useRefusal(field, 'size-meaning');
  return (
    <input
      type="number"
      min="1"
      max={MAX_SIDE}
      inputMode="numeric"
      placeholder={label}
      aria-label={`Maximum ${label.toLowerCase()} in pixels`}
      {...refusal}
      aria-invalid={!isSide(value) || refusal['aria-invalid']}
      value={value}
      onInput={(event) => onInput(event.currentTarget.value)}
    />
  );
}
