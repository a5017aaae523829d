import { useContext } from 'preact/hooks';
import { Refusal, RefusedFieldsContext, useRefusal } from '../check/refused-fields.js';

interface Props {
  value: string;
  onInput: (value: string) => void;
}

/** Template of the names of the images. The field is open if the API rejected the template. */
export function FileNamesField({ value, onInput }: Props) {
  const isRefused = useContext(RefusedFieldsContext).has('filename_template');
  const refusal = useRefusal('filename_template', 'file-names-meaning');
  return (
    <details open={value !== '' || isRefused}>
      <summary>Choose file names</summary>
      <div class="field">
        <label for="file-names">File names</label>
        <input
          id="file-names"
          type="text"
          maxLength={200}
          placeholder="{name}-{position}.{ext}"
          autocomplete="off"
          spellcheck={false}
          value={value}
          {...refusal}
          onInput={(event) => onInput(event.currentTarget.value)}
        />
        <Refusal field="filename_template" />
        <p id="file-names-meaning" class="soft small">
          Use columns of your file in braces, and {'{position}'}, {'{row}'}, {'{name}'}, {'{width}'}
          , {'{height}'} or {'{output}'}. Leave empty for names based on the content.
        </p>
      </div>
    </details>
  );
}
