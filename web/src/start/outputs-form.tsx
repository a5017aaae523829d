import { useEffect, useRef } from 'preact/hooks';
import { type Choices, FORMATS } from './choices.js';
import { MAX_SIDE } from './output-shape.js';
import {
  firstOutputs,
  FITS,
  MAX_OUTPUTS,
  nextOutput,
  type OutputChoice,
  problemOfName,
  problemOfSize,
} from './outputs.js';

interface Props {
  choices: Choices;
  onChange: (change: Partial<Choices>) => void;
}

/** Offers several outputs of each image instead of one. */
export function StartOutputs({ choices, onChange }: Props) {
  return (
    <div class="field">
      <button
        class="button"
        type="button"
        onClick={() => onChange({ outputs: firstOutputs(choices) })}
      >
        Make several outputs
      </button>
      <p class="soft small">Each image in several sizes or formats, from one download.</p>
    </div>
  );
}

/** Lists the outputs of each image. */
export function OutputsForm({ choices: { outputs, srcset }, onChange }: Props) {
  const change = (index: number, changed: Partial<OutputChoice>) =>
    onChange({
      outputs: outputs.map((output, i) => (i === index ? { ...output, ...changed } : output)),
    });
  return (
    <section class="outputs" aria-labelledby="outputs-title">
      <div class="row spread">
        <h2 id="outputs-title">Outputs</h2>
        <button
          class="as-link"
          type="button"
          onClick={() => onChange({ outputs: [], srcset: false })}
        >
          Make one output
        </button>
      </div>
      {outputs.map((output, index) => (
        <OutputFields
          key={index}
          number={index + 1}
          output={output}
          nameProblem={problemOfName(outputs, index)}
          onChange={(changed) => change(index, changed)}
          onRemove={
            outputs.length > 1
              ? () => onChange({ outputs: outputs.filter((_, i) => i !== index) })
              : undefined
          }
        />
      ))}
      {outputs.length < MAX_OUTPUTS && (
        <button
          class="button"
          type="button"
          onClick={() => onChange({ outputs: [...outputs, nextOutput(outputs)] })}
        >
          Add output
        </button>
      )}
      <label class="choice">
        <input
          type="checkbox"
          checked={srcset}
          onChange={(event) => onChange({ srcset: event.currentTarget.checked })}
        />
        <span>
          Add a srcset column
          <span class="soft small">Lists the widths of each image for web pages.</span>
        </span>
      </label>
    </section>
  );
}

interface OutputProps {
  number: number;
  output: OutputChoice;
  nameProblem: string;
  onChange: (change: Partial<OutputChoice>) => void;
  onRemove?: () => void;
}

function OutputFields({ number, output, nameProblem, onChange, onRemove }: OutputProps) {
  const sizeProblem = problemOfSize(output);
  const problem = nameProblem || sizeProblem;
  const problemId = `output-${number}-problem`;
  const described = problem === '' ? undefined : problemId;
  return (
    <fieldset class="output-fields">
      <legend class="visually-hidden">Output {number}</legend>
      <label class="wide">
        Name
        <TextInput
          value={output.name}
          problem={nameProblem}
          describedBy={described}
          onInput={(name) => onChange({ name })}
        />
      </label>
      <label>
        Format
        <select
          value={output.format}
          onChange={(event) =>
            onChange({ format: event.currentTarget.value as OutputChoice['format'] })
          }
        >
          {FORMATS.map(({ value, name }) => (
            <option key={value} value={value}>
              {value === 'original' ? 'Original' : name}
            </option>
          ))}
        </select>
      </label>
      <label>
        Quality
        <input
          type="number"
          min="1"
          max="100"
          required
          value={output.quality}
          onInput={(event) => onChange({ quality: event.currentTarget.value })}
        />
      </label>
      {(['width', 'height'] as const).map((side) => (
        <label key={side}>
          {side === 'width' ? 'Width (px)' : 'Height (px)'}
          <input
            type="number"
            min="1"
            max={MAX_SIDE}
            placeholder="Any"
            required={output.fit !== 'inside'}
            value={output[side]}
            aria-invalid={sizeProblem !== ''}
            aria-describedby={described}
            onInput={(event) => onChange({ [side]: event.currentTarget.value })}
          />
        </label>
      ))}
      <label>
        Fit
        <select
          value={output.fit}
          onChange={(event) => onChange({ fit: event.currentTarget.value as OutputChoice['fit'] })}
        >
          {FITS.map(({ value, name }) => (
            <option key={value} value={value}>
              {name}
            </option>
          ))}
        </select>
      </label>
      {onRemove && (
        <button
          class="button quiet tiny"
          type="button"
          aria-label={`Remove output ${output.name}`}
          onClick={onRemove}
        >
          Remove
        </button>
      )}
      <p id={problemId} class="small wrong wide" role="status">
        {problem}
      </p>
    </fieldset>
  );
}

interface TextProps {
  value: string;
  problem: string;
  describedBy: string | undefined;
  onInput: (value: string) => void;
}

/** An invalid text keeps the form from being sent, as an invalid number does. */
function TextInput({ value, problem, describedBy, onInput }: TextProps) {
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => input.current?.setCustomValidity(problem), [problem]);
  return (
    <input
      ref={input}
      type="text"
      maxLength={40}
      value={value}
      aria-invalid={problem !== ''}
      aria-describedby={describedBy}
      onInput={(event) => onInput(event.currentTarget.value)}
    />
  );
}
