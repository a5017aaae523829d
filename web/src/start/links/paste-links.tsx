import { useState } from 'preact/hooks';
import { type Catalog, createLinksCatalog } from '../catalog.js';

interface Props {
  /** Pasted text, which the view keeps in case a link is rejected. */
  text: string;
  isBusy: boolean;
  onText: (text: string) => void;
  onCatalog: (catalog: Catalog) => void;
}

export function PasteLinks(props: Props) {
  const [isInitiallyOpen] = useState(props.text !== '');
  return (
    <details class="paste" open={isInitiallyOpen}>
      <summary>No product file? Paste a list of image links</summary>
      <LinksForm {...props} />
    </details>
  );
}

export function LinksForm({ text, isBusy, onText, onCatalog }: Props) {
  const catalog = createLinksCatalog(text);
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
          // Does not wrap long links, so the user can count the lines.
          wrap="off"
          spellcheck={false}
          placeholder="https://shop.example/images/mug.jpg"
          value={text}
          onInput={(event) => onText(event.currentTarget.value)}
        />
      </div>
      <div>
        <button class="button" type="submit" disabled={!catalog || isBusy}>
          {isBusy ? 'Checking…' : 'Check these links'}
        </button>
      </div>
    </form>
  );
}
