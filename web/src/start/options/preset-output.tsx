import type { Preset } from '../../api/types.js';
import { describeOutput } from '../../presets/describe-preset.js';
import type { Choices } from './choices.js';
import { toOutputChoices } from './outputs.js';

interface Props {
  preset: Preset;
  onChange: (changes: Partial<Choices>) => void;
}

/** Describes the outputs of a preset and lets the user change them. */
export function PresetOutput({ preset, onChange }: Props) {
  return (
    <div class="field">
      <h2>For {preset.name}</h2>
      {preset.outputs.map((output) => (
        <p key={output.name}>{describeOutput(output)}</p>
      ))}
      <button
        class="button"
        type="button"
        onClick={() => onChange({ outputs: toOutputChoices(preset.outputs) })}
      >
        Change outputs
      </button>
    </div>
  );
}
