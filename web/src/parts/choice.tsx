interface Props<T extends string> {
  legend: string;
  name: string;
  options: { value: T; name: string; meaning: string }[];
  chosen: T;
  onChoose: (value: T) => void;
}

/** Radio buttons, each with an explanation. */
export function Choice<T extends string>({ legend, name, options, chosen, onChoose }: Props<T>) {
  return (
    <fieldset class="field">
      <legend>{legend}</legend>
      {options.map((option) => (
        <label key={option.value} class="choice">
          <input
            type="radio"
            name={name}
            value={option.value}
            checked={chosen === option.value}
            onChange={() => onChoose(option.value)}
          />
          <span>
            {option.name}
            <span class="soft small">{option.meaning}</span>
          </span>
        </label>
      ))}
    </fieldset>
  );
}
