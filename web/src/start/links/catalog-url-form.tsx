import { useState } from 'preact/hooks';
import type { Catalog } from '../catalog.js';

interface Props {
  isBusy: boolean;
  onCatalog: (catalog: Catalog) => void;
}

/** Form for the URL of a product file: a feed, an export, or a shared Google Sheet. */
export function CatalogUrlForm({ isBusy, onCatalog }: Props) {
  const [url, setUrl] = useState('');
  return (
    <form
      class="field link-form"
      onSubmit={(event) => {
        event.preventDefault();
        onCatalog({ from: 'url', url: url.trim() });
      }}
    >
      <label for="catalog-url">Link to a file or Google Sheet</label>
      <div class="row">
        <input
          id="catalog-url"
          type="url"
          required
          placeholder="https://docs.google.com/spreadsheets/d/…"
          value={url}
          aria-describedby="catalog-url-help"
          onInput={(event) => setUrl(event.currentTarget.value)}
        />
        <button class="button" type="submit" disabled={isBusy || url.trim() === ''}>
          Check this link
        </button>
      </div>
      <p id="catalog-url-help" class="soft small">
        Share a Google Sheet so that anyone with the link can view it.
      </p>
    </form>
  );
}
