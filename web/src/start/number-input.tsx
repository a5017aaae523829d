import { useRefusal } from './refused-fields.js';

interface Props {
  label: string;
  /** Name in the API. */
  field: string;
  most: number;
  value: string;
  isRequired?: boolean;
  isWrong?: boolean;
  describedBy?: string;
  onInput: (value: string) => void;
}

/** Number from 1 with its label. Empty means no limit. */
export function NumberInput({ label, field, most, value, onInput, ...state }: Props) {
  const refusal = useRefusal(field, state.describedBy);
  return (
    <label>
      {label}
      <input
        type="number"
        min="1"
        max={most}
        placeholder="Any"
        required={state.isRequired}
        value={value}
        {...refusal}
        aria-invalid={state.isWrong || refusal['aria-invalid']}
        onInput={(event) => onInput(event.currentTarget.value)}
      />
    </label>
  );
}
