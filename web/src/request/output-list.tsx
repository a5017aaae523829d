import type { Image } from '../api/types.js';
import { formatBytes, formatCount } from '../format.js';
import { toLocalPath } from './product-card.js';

const scoreFormat = new Intl.NumberFormat('en', { minimumFractionDigits: 1 });

/** Lists all outputs of an image with their size, and the quality and score that were chosen. */
export function OutputList({ outputs = [] }: Pick<Image, 'outputs'>) {
  if (outputs.length === 0) return null;
  const hasQuality = outputs.some(({ quality }) => quality !== undefined);
  const hasScore = outputs.some(({ score }) => score !== undefined);
  return (
    <table class="output-list">
      <caption class="visually-hidden">Outputs</caption>
      <thead>
        <tr>
          <th scope="col">Output</th>
          <th scope="col">Pixels</th>
          {hasQuality && <th scope="col">Quality</th>}
          {hasScore && <th scope="col">Score</th>}
          <th scope="col">Size</th>
        </tr>
      </thead>
      <tbody>
        {outputs.map(({ name, output_url, format, width, height, bytes: size, quality, score }) => (
          <tr key={name}>
            <td>
              <a href={toLocalPath(output_url)} target="_blank">
                {name}
              </a>{' '}
              <span class="soft">{format.toUpperCase()}</span>
            </td>
            <td class="number">
              {formatCount(width)} × {formatCount(height)}
            </td>
            {hasQuality && <td class="number">{quality ?? '–'}</td>}
            {hasScore && (
              <td class="number">{score === undefined ? '–' : scoreFormat.format(score)}</td>
            )}
            <td class="number">{formatBytes(size)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
