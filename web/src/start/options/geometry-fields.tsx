import { useContext } from 'preact/hooks';
import {
  type Background,
  BACKGROUNDS,
  GEOMETRY_MEMBERS,
  type GeometryChoice,
  isDefaultGeometry,
  isPadding,
  MAX_PADDING,
} from './geometry-choice.js';
import { NumberInput } from './number-input.js';
import { Refusal, RefusedFieldsContext } from '../check/refused-fields.js';

interface Props {
  /** Name of the output in the API. */
  path: string;
  choice: GeometryChoice;
  onChange: (change: Partial<GeometryChoice>) => void;
}

const MEANINGS: Record<Background, string> = {
  automatic: 'White margins. Transparent areas stay, except in a JPEG.',
  color: 'Fills margins and transparent areas.',
  transparent: 'Transparent margins. White in a JPEG.',
};

/** Borders, margins and background of an output. It is open if one of them is set or was refused. */
export function GeometryFields({ path, choice, onChange }: Props) {
  const refused = useContext(RefusedFieldsContext);
  const isRefused = GEOMETRY_MEMBERS.some((member) => refused.has(`${path}.${member}`));
  return (
    <details class="wide" open={isRefused || !isDefaultGeometry(choice) || undefined}>
      <summary>Borders, margins and background</summary>
      <div class="geometry-fields">
        <Switch
          name="Trim uniform borders"
          meaning="Removes borders of one color around the product."
          isOn={choice.trim}
          onChange={(trim) => onChange({ trim })}
        />
        <Switch
          name="Enlarge small images"
          meaning="Scales them up to the width and height. They look less sharp."
          isOn={choice.enlarge}
          onChange={(enlarge) => onChange({ enlarge })}
        />
        <NumberInput
          label="Margin on each side (%)"
          field={`${path}.padding`}
          min={0}
          max={MAX_PADDING}
          step="any"
          placeholder="None"
          value={choice.padding}
          isWrong={!isPadding(choice.padding)}
          onInput={(padding) => onChange({ padding })}
        />
        <BackgroundField choice={choice} onChange={onChange} />
        <p class="soft small wide">{MEANINGS[choice.background]}</p>
        {GEOMETRY_MEMBERS.map((member) => (
          <Refusal key={member} field={`${path}.${member}`} />
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
          aria-label="Color of the background"
          value={color}
          onInput={(event) => onChange({ color: event.currentTarget.value })}
        />
      )}
    </div>
  );
}

interface SwitchProps {
  name: string;
  meaning: string;
  isOn: boolean;
  onChange: (isOn: boolean) => void;
}

const Switch = ({ name, meaning, isOn, onChange }: SwitchProps) => (
  <label class="choice wide">
    <input
      type="checkbox"
      checked={isOn}
      onChange={(event) => onChange(event.currentTarget.checked)}
    />
    <span>
      {name}
      <span class="soft small">{meaning}</span>
    </span>
  </label>
);
