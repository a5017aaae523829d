interface Props<T extends string> {
  legend: string;
  name: string;
  options: { value: T; name: string; description: string }[];
  selected: T;
  onSelect: (value: T) => void;
}

/** A group of radio buttons, each with a description. */
export function RadioGroup<T extends string>({
  legend,
  name,
  options,
  selected,
  onSelect,
}: Props<T>) {
  return (
    <fieldset class="field">
      <legend>{legend}</legend>
      {options.map((option) => (
        <label key={option.value} class="choice">
          <input
            type="radio"
            name={name}
            value={option.value}
            checked={selected === option.value}
            onChange={() => onSelect(option.value)}
          />
          <span>
            {option.name}
            <span class="soft small">{option.description}</span>
          </span>
        </label>
      ))}
    </fieldset>
  );
}
