interface Props {
  value: string;
  onInput: (value: string) => void;
}

/** Template of the names of the images. */
export function FileNamesField({ value, onInput }: Props) {
  return (
    <details open={value !== ''}>
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
          aria-describedby="file-names-meaning"
          onInput={(event) => onInput(event.currentTarget.value)}
        />
        <p id="file-names-meaning" class="soft small">
          Use columns of your file in braces, and {'{position}'}, {'{row}'}, {'{name}'}, {'{width}'}
          , {'{height}'} or {'{output}'}. Leave empty for names made from the content.
        </p>
      </div>
    </details>
  );
}
