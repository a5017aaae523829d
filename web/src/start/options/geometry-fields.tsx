import { useContext } from 'preact/hooks';
import {
  type Background,
  BACKGROUNDS,
  GEOMETRY_FIELDS,
  type GeometryChoice,
  isDefaultGeometry,
  isValidPadding,
  MAX_PADDING_PERCENT,
} from './geometry-choice.js';
import { NumberInput } from './number-input.js';
import { FieldError, FieldErrorsContext } from '../check/field-errors.js';

interface Props {
  /** Path of the output in the API, for example `outputs[0]`. */
  path: string;
  choice: GeometryChoice;
  onChange: (changes: Partial<GeometryChoice>) => void;
}

const BACKGROUND_DESCRIPTIONS: Record<Background, string> = {
  automatic: 'White margins. Transparent areas stay transparent, except in JPEG.',
  color: 'Fills margins and transparent areas with this color.',
  transparent: 'Transparent margins. White in JPEG.',
};

/** Shows the fields for borders, margins and background. Expands them if one is set or was rejected. */
export function GeometryFields({ path, choice, onChange }: Props) {
  const fieldErrors = useContext(FieldErrorsContext);
  const isRejected = GEOMETRY_FIELDS.some((field) => fieldErrors.has(`${path}.${field}`));
  return (
    <details class="wide" open={isRejected || !isDefaultGeometry(choice) || undefined}>
      <summary>Borders, margins and background</summary>
      <div class="geometry-fields">
        <Switch
          name="Trim uniform borders"
          description="Removes single-color borders around the product."
          isOn={choice.trim}
          onChange={(trim) => onChange({ trim })}
        />
        <Switch
          name="Enlarge small images"
          description="Scales small images up to the width and height. They look less sharp."
          isOn={choice.enlarge}
          onChange={(enlarge) => onChange({ enlarge })}
        />
        <NumberInput
          label="Margin on each side (%)"
          field={`${path}.padding`}
          min={0}
          max={MAX_PADDING_PERCENT}
          step="any"
          placeholder="None"
          value={choice.padding}
          isInvalid={!isValidPadding(choice.padding)}
          onInput={(padding) => onChange({ padding })}
        />
        <BackgroundField choice={choice} onChange={onChange} />
        <p class="soft small wide">{BACKGROUND_DESCRIPTIONS[choice.background]}</p>
        {GEOMETRY_FIELDS.map((field) => (
          <FieldError key={field} field={`${path}.${field}`} />
        ))}
      </div>
    </details>
  );
}

function BackgroundField({ choice: { background, color }, onChange }: Omit<Props, 'path'>) {
  return (
    <div class="background-field">
      <label>
        Background
        <select
          value={background}
          onChange={(event) => onChange({ background: event.currentTarget.value as Background })}
        >
          {BACKGROUNDS.map(({ value, name }) => (
            <option key={value} value={value}>
              {name}
            </option>
          ))}
        </select>
      </label>
      {background === 'color' && (
        <input
          type="color"
          aria-label="Background color"
          value={color}
          onInput={(event) => onChange({ color: event.currentTarget.value })}
        />
      )}
    </div>
  );
}

interface SwitchProps {
  name: string;
  description: string;
  isOn: boolean;
  onChange: (isOn: boolean) => void;
}

const Switch = ({ name, description, isOn, onChange }: SwitchProps) => (
  <label class="choice wide">
    <input
      type="checkbox"
      checked={isOn}
      onChange={(event) => onChange(event.currentTarget.checked)}
    />
    <span>
      {name}
      <span class="soft small">{description}</span>
    </span>
  </label>
);
