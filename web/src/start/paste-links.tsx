import { useState } from 'preact/hooks';
import { linksToCsv } from './links-to-csv.js';

export function PasteLinks({ onFile }: { onFile: (file: File) => void }) {
  const [text, setText] = useState('');
  const list = linksToCsv(text);
  return (
    <details class="paste">
      <summary>No CSV? Paste a list of image links</summary>
      <form
        class="stack"
        onSubmit={(event) => {
          event.preventDefault();
          if (list) onFile(new File([list.csv], 'pasted-links.csv', { type: 'text/csv' }));
        }}
      >
        <div class="field">
          <label for="links">Image links, one a line</label>
          <textarea
            id="links"
            rows={5}
            spellcheck={false}
            placeholder="https://shop.example/images/mug.jpg"
            value={text}
            onInput={(event) => setText(event.currentTarget.value)}
          />
        </div>
        <div>
          <button class="button" type="submit" disabled={!list}>
            Look at these links
          </button>
        </div>
      </form>
    </details>
  );
}
