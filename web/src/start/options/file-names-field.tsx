import { useContext } from 'preact/hooks';
import { FieldError, FieldErrorsContext, useFieldError } from '../check/field-errors.js';

interface Props {
  value: string;
  onInput: (value: string) => void;
}

/** Shows the field for the file name template. Expands it if it has a value or the API rejected the template. */
export function FileNamesField({ value, onInput }: Props) {
  const isRejected = useContext(FieldErrorsContext).has('filename_template');
  const errorAttributes = useFieldError('filename_template', 'file-names-help');
  return (
    <details open={value !== '' || isRejected}>
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
          {...errorAttributes}
          onInput={(event) => onInput(event.currentTarget.value)}
        />
        <FieldError field="filename_template" />
        <p id="file-names-help" class="soft small">
          Use column names from your file in braces, and {'{position}'}, {'{row}'}, {'{name}'},{' '}
          {'{width}'}, {'{height}'} or {'{output}'}. Leave empty for names based on the content.
        </p>
      </div>
    </details>
  );
}
