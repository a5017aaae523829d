import type { CatalogColumn, PreviewRow } from '../../api/types.js';
import { Thumbnail } from '../../components/thumbnail.js';

const MAX_THUMBNAILS = 4;
const MAX_SAMPLE_VALUES = 3;

interface Props {
  column: CatalogColumn;
  isImage: boolean;
  /** First rows with resolved links. Empty unless this is the only image column. */
  rows: PreviewRow[];
}

/** Shows thumbnails for an image column, or the first values of any other column. */
export function ColumnSamples({ column: { name, samples }, isImage, rows }: Props) {
  const links = isImage ? pickSampleLinks(samples, rows) : [];
  if (links.length > 0)
    return (
      <div class="thumbnails">
        {links.map((url, index) => (
          <Thumbnail key={`${index} ${url}`} url={url} name={`${name}, sample ${index + 1}`} />
        ))}
      </div>
    );
  if (samples.length === 0) return <span class="soft small">Empty in the first rows</span>;
  return (
    <ul class="samples small">
      {samples.slice(0, MAX_SAMPLE_VALUES).map((text, index) => (
        <li key={index} class="clip" title={text}>
          {text}
        </li>
      ))}
    </ul>
  );
}

function pickSampleLinks(samples: string[], rows: PreviewRow[]): string[] {
  const resolvedLinks = rows.flatMap(({ input_urls }) => input_urls);
  const links =
    resolvedLinks.length > 0 ? resolvedLinks : samples.flatMap((text) => findLinks(text));
  return [...new Set(links)].slice(0, MAX_THUMBNAILS);
}

/** Finds links in a cell. Skips the last link of a truncated sample, because it is probably truncated, too. */
function findLinks(text: string): string[] {
  const links = text.match(/https?:\/\/[^\s,;|"'<>]+/g) ?? [];
  return text.endsWith('…') ? links.slice(0, -1) : links;
}
