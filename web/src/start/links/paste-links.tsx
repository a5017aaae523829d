import { useState } from 'preact/hooks';
import { type Catalog, linksCatalog } from '../catalog.js';

interface Props {
  /** Text of the list. The view keeps it in case a link is rejected. */
  text: string;
  busy: boolean;
  onText: (text: string) => void;
  onCatalog: (catalog: Catalog) => void;
}

export function PasteLinks(props: Props) {
  const [open] = useState(props.text !== '');
  return (
    <details class="paste" open={open}>
      <summary>No product file? Paste a list of image links</summary>
      <LinksForm {...props} />
    </details>
  );
}

export function LinksForm({ text, busy, onText, onCatalog }: Props) {
  const catalog = linksCatalog(text);
  return (
    <form
      class="stack"
      onSubmit={(event) => {
        event.preventDefault();
        if (catalog) onCatalog(catalog);
      }}
    >
      <div class="field">
        <label for="links">Image links, one per line</label>
        <textarea
          id="links"
          rows={Math.min(16, Math.max(5, text.split('\n').length + 1))}
          // A long link does not wrap, which keeps line numbers countable.
          wrap="off"
          spellcheck={false}
          placeholder="https://shop.example/images/mug.jpg"
          value={text}
          onInput={(event) => onText(event.currentTarget.value)}
        />
      </div>
      <div>
        <button class="button" type="submit" disabled={!catalog || busy}>
          {busy ? 'Checking…' : 'Check these links'}
        </button>
      </div>
    </form>
  );
}
