import { NumberInput } from './number-input.js';
import type { OutputChoice } from './outputs.js';

interface Props {
  /** Path of the output in the API, for example `outputs[0]`. */
  path: string;
  output: OutputChoice;
  onChange: (changes: Partial<OutputChoice>) => void;
}

/** Shows the quality fields of an output: a fixed quality, or a target score. */
export function OutputQuality({ path, output, onChange }: Props) {
  const { isAutomatic, quality, targetScore } = output;
  return (
    <>
      <label>
        Quality
        <select
          value={isAutomatic ? 'automatic' : 'fixed'}
          onChange={(event) => onChange({ isAutomatic: event.currentTarget.value === 'automatic' })}
        >
          <option value="fixed">Same for all</option>
          <option value="automatic">Automatic</option>
        </select>
      </label>
      <NumberInput
        label={isAutomatic ? 'Target score' : 'Quality value (1 to 100)'}
        field={`${path}.quality`}
        max={100}
        value={isAutomatic ? targetScore : quality}
        isRequired
        onInput={(value) => onChange(isAutomatic ? { targetScore: value } : { quality: value })}
      />
    </>
  );
}
