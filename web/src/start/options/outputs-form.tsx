import type { Choices } from './choices.js';
import { OutputFields } from './output-fields.js';
import {
  firstOutputs,
  MAX_OUTPUTS,
  nextOutput,
  type OutputChoice,
  findNameProblem,
} from './outputs.js';
import { Refusal } from '../check/refused-fields.js';

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
      <p class="soft small">
        Each image in several sizes or formats, from one download. To crop a single output, or to
        give it margins or a background,{' '}
        <button
          class="as-link"
          type="button"
          onClick={() => onChange({ outputs: firstOutputs(choices).slice(0, 1) })}
        >
          choose its shape
        </button>
        .
      </p>
    </div>
  );
}

/** Lists the outputs of each image. */
export function OutputsForm({ choices: { preset, outputs, srcset }, onChange }: Props) {
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
          {preset === null ? 'Make one output' : 'Use the preset'}
        </button>
      </div>
      {outputs.map((output, index) => (
        <OutputFields
          key={index}
          number={index + 1}
          output={output}
          nameProblem={findNameProblem(outputs, index)}
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
      <Refusal field="outputs" />
      <Refusal field="srcset" />
    </section>
  );
}
