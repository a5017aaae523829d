import type { Choices } from './choices.js';
import { OutputFields } from './output-fields.js';
import {
  createInitialOutputs,
  MAX_OUTPUTS,
  createNextOutput,
  type OutputChoice,
  findNameProblem,
} from './outputs.js';
import { FieldError } from '../check/field-errors.js';

interface Props {
  choices: Choices;
  onChange: (changes: Partial<Choices>) => void;
}

/** Offers to create several outputs of each image instead of one. */
export function CreateOutputsButton({ choices, onChange }: Props) {
  return (
    <div class="field">
      <button
        class="button"
        type="button"
        onClick={() => onChange({ outputs: createInitialOutputs(choices) })}
      >
        Create several outputs
      </button>
      <p class="soft small">
        Creates each image in several sizes or formats from one download. To crop a single output,
        or to add margins or a background,{' '}
        <button
          class="as-link"
          type="button"
          onClick={() => onChange({ outputs: createInitialOutputs(choices).slice(0, 1) })}
        >
          edit its options
        </button>
        .
      </p>
    </div>
  );
}

/** Lists the outputs with their fields. */
export function OutputsForm({ choices: { preset, outputs, srcset }, onChange }: Props) {
  const changeOutput = (index: number, changes: Partial<OutputChoice>) =>
    onChange({
      outputs: outputs.map((output, i) => (i === index ? { ...output, ...changes } : output)),
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
          {preset === null ? 'Create one output' : 'Use the preset'}
        </button>
      </div>
      {outputs.map((output, index) => (
        <OutputFields
          key={index}
          number={index + 1}
          output={output}
          nameProblem={findNameProblem(outputs, index)}
          onChange={(changes) => changeOutput(index, changes)}
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
          onClick={() => onChange({ outputs: [...outputs, createNextOutput(outputs)] })}
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
      <FieldError field="outputs" />
      <FieldError field="srcset" />
    </section>
  );
}
