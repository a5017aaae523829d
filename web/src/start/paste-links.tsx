import { useState } from 'preact/hooks';
import { type Catalogue, linksCatalogue } from './catalogue.js';

interface Props {
  /** Kept by the view, so that it is still there when a link is refused. */
  text: string;
  busy: boolean;
  onText: (text: string) => void;
  onCatalogue: (catalogue: Catalogue) => void;
}

export function PasteLinks(props: Props) {
  const [open] = useState(props.text !== '');
  return (
    <details class="paste" open={open}>
      <summary>No CSV? Paste a list of image links</summary>
      <LinksForm {...props} />
    </details>
  );
}

export function LinksForm({ text, busy, onText, onCatalogue }: Props) {
  const catalogue = linksCatalogue(text);
  return (
    <form
      class="stack"
      onSubmit={(event) => {
        event.preventDefault();
        if (catalogue) onCatalogue(catalogue);
      }}
    >
      <div class="field">
        <label for="links">Image links, one per line</label>
        <textarea
          id="links"
          rows={Math.min(16, Math.max(5, text.split('\n').length + 1))}
          // A long link stays one line, so that lines can be counted.
          wrap="off"
          spellcheck={false}
          placeholder="https://shop.example/images/mug.jpg"
          value={text}
          onInput={(event) => onText(event.currentTarget.value)}
        />
      </div>
      <div>
        <button class="button" type="submit" disabled={!catalogue || busy}>
          {busy ? 'Checking…' : 'Check these links'}
        </button>
      </div>
    </form>
  );
}
