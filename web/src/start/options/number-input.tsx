import { useRefusal } from '../check/refused-fields.js';

interface Props {
  label: string;
  /** Name in the API. */
  field: string;
  min?: number;
  max: number;
  step?: 'any';
  placeholder?: string;
  value: string;
  isRequired?: boolean;
  isWrong?: boolean;
  describedBy?: string;
  onInput: (value: string) => void;
}

/** Number with its label, from 1 unless `min` is set. Empty means no limit. */
export function NumberInput({ label, field, max, value, onInput, ...state }: Props) {
  const refusal = useRefusal(field, state.describedBy);
  return (
    <label>
      {label}
      <input
        type="number"
        min={state.min ?? 1}
        max={max}
        step={state.step}
        placeholder={state.placeholder ?? 'Any'}
        required={state.isRequired}
        value={value}
        {...refusal}
        aria-invalid={state.isWrong || refusal['aria-invalid']}
        onInput={(event) => onInput(event.currentTarget.value)}
      />
    </label>
  );
}
