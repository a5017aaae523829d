import { useEffect, useRef } from 'preact/hooks';
import { FORMATS } from './choices.js';
import { GeometryFields } from './geometry-fields.js';
import { NumberInput } from './number-input.js';
import { OutputQuality } from './output-quality.js';
import { MAX_SIDE_PIXELS } from './format-and-size.js';
import { FITS, type OutputChoice, findSizeProblem } from './outputs.js';
import { MAX_KILOBYTES } from './quality-choice.js';
import { FieldError, useFieldError } from '../check/field-errors.js';

interface Props {
  number: number;
  output: OutputChoice;
  nameProblem: string;
  onChange: (changes: Partial<OutputChoice>) => void;
  onRemove?: () => void;
}

const DIMENSIONS = ['width', 'height'] as const;

/** Shows the fields of one output. */
export function OutputFields({ number, output, nameProblem, onChange, onRemove }: Props) {
  const sizeProblem = findSizeProblem(output);
  const problem = nameProblem || sizeProblem;
  const problemId = `output-${number}-problem`;
  const describedBy = problem === '' ? undefined : problemId;
  const path = `outputs[${number - 1}]`;
  return (
    <fieldset class="output-fields">
      <legend class="visually-hidden">Output {number}</legend>
      <label class="wide">
        Name
        <NameInput
          field={`${path}.name`}
          value={output.name}
          problem={nameProblem}
          describedBy={describedBy}
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
      <p class="soft small wide">{FITS.find(({ value }) => value === output.fit)?.description}</p>
      {DIMENSIONS.map((dimension) => (
        <NumberInput
          key={dimension}
          label={dimension === 'width' ? 'Width (px)' : 'Height (px)'}
          field={`${path}.${dimension}`}
          max={MAX_SIDE_PIXELS}
          value={output[dimension]}
          isRequired={output.fit !== 'inside'}
          isInvalid={sizeProblem !== ''}
          describedBy={describedBy}
          onInput={(value) => onChange({ [dimension]: value })}
        />
      ))}
      <OutputQuality path={path} output={output} onChange={onChange} />
      <NumberInput
        label="File size, at most (kB)"
        field={`${path}.max_bytes`}
        max={MAX_KILOBYTES}
        value={output.maxKilobytes}
        onInput={(maxKilobytes) => onChange({ maxKilobytes })}
      />
      <p id={problemId} class="small wrong wide" role="status">
        {problem}
      </p>
      <GeometryFields path={path} choice={output} onChange={onChange} />
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
      {['name', 'format', 'fit', ...DIMENSIONS, 'quality', 'max_bytes'].map((field) => (
        <FieldError key={field} field={`${path}.${field}`} />
      ))}
    </fieldset>
  );
}

interface NameProps {
  field: string;
  value: string;
  problem: string;
  describedBy: string | undefined;
  onInput: (value: string) => void;
}

/** Shows the input for the output name. An invalid name prevents the upload, like an invalid number. */
function NameInput({ field, value, problem, describedBy, onInput }: NameProps) {
  const input = useRef<HTMLInputElement>(null);
  const errorAttributes = useFieldError(field, describedBy);
  useEffect(() => input.current?.setCustomValidity(problem), [problem]);
  return (
    <input
      ref={input}
      type="text"
      maxLength={40}
      value={value}
      {...errorAttributes}
      aria-invalid={problem !== '' || errorAttributes['aria-invalid']}
      onInput={(event) => onInput(event.currentTarget.value)}
    />
  );
}
