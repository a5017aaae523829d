import { useFieldError } from '../check/field-errors.js';

interface Props {
  label: string;
  /** Name of the field in the API. */
  field: string;
  min?: number;
  max: number;
  step?: 'any';
  placeholder?: string;
  value: string;
  isRequired?: boolean;
  isInvalid?: boolean;
  describedBy?: string;
  onInput: (value: string) => void;
}

/** Shows a labeled number input. The minimum is 1 unless `min` is set. Empty means no limit. */
export function NumberInput({ label, field, max, value, onInput, ...attributes }: Props) {
  const errorAttributes = useFieldError(field, attributes.describedBy);
  return (
    <label>
      {label}
      <input
        type="number"
        min={attributes.min ?? 1}
        max={max}
        step={attributes.step}
        placeholder={attributes.placeholder ?? 'Any'}
        required={attributes.isRequired}
        value={value}
        {...errorAttributes}
        aria-invalid={attributes.isInvalid || errorAttributes['aria-invalid']}
        onInput={(event) => onInput(event.currentTarget.value)}
      />
    </label>
  );
}
