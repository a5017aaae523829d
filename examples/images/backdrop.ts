import { createLinearGradient, createRadialGradient, shade } from './paint.js';
import { createSeededRandom } from './random.js';

export type BackdropName = 'studio' | 'table' | 'room' | 'none';

/** Draws the background of a product. It extends beyond the square for wider or taller images. */
export function drawBackdrop(name: BackdropName, color: string, seed: number): string {
  if (name === 'none') return '';
  if (name === 'studio') return drawStudio(color);
  return name === 'table' ? drawTable(color, seed) : drawRoom(color);
}

/** Draws a paper backdrop with a pool of light and no edge between wall and floor. */
function drawStudio(color: string): string {
  return `<defs>
    ${createLinearGradient(
      'sweep',
      [
        [0, shade(color, 0.12)],
        [0.52, shade(color, 0.3)],
        [0.68, shade(color, 0.02)],
        [1, shade(color, -0.22)],
      ],
      [0, 0, 0, 1],
    )}
    ${createRadialGradient(
      'pool',
      [
        [0, '#ffffff', 0.55],
        [1, '#ffffff', 0],
      ],
      [0.42, 0.4, 0.5],
    )}
  </defs>
  <rect x="-600" y="-600" width="2200" height="2200" fill="url(#sweep)"/>
  <rect x="-400" y="-300" width="1800" height="1500" fill="url(#pool)"/>`;
}

/** Draws a wall and a wooden table top with boards and grain. */
function drawTable(color: string, seed: number): string {
  const random = createSeededRandom(seed);
  const wood = '#a9764a';
  const randomBetween = (min: number, max: number) => min + random() * (max - min);
  const grain = Array.from({ length: 130 }, () => {
    const y = randomBetween(690, 1560);
    const bend = randomBetween(-12, 12);
    const tone = shade(wood, randomBetween(-0.45, 0.25));
    return `<path d="M-600 ${y} Q200 ${y + bend} 600 ${y} T1600 ${y - bend}" stroke="${tone}" stroke-opacity="${randomBetween(0.1, 0.45)}" stroke-width="${randomBetween(0.8, 4)}"/>`;
  }).join('');
  const boards = [742, 850, 1010, 1240].map(
    (y) => `<path d="M-600 ${y}H1600" stroke="#2b170b" stroke-opacity="0.55" stroke-width="3"/>`,
  );
  return `<defs>
    ${createLinearGradient(
      'wall',
      [
        [0, shade(color, -0.12)],
        [0.6, shade(color, 0.28)],
        [1, shade(color, 0.1)],
      ],
      [0, 0, 0.6, 1],
    )}
    ${createLinearGradient(
      'wood',
      [
        [0, shade(wood, 0.18)],
        [0.35, wood],
        [1, shade(wood, -0.5)],
      ],
      [0, 0, 0.25, 1],
    )}
    ${createLinearGradient(
      'edge',
      [
        [0, '#1a0d05', 0.5],
        [1, '#1a0d05', 0],
      ],
      [0, 1, 0, 0],
    )}
  </defs>
  <rect x="-600" y="-600" width="2200" height="1290" fill="url(#wall)"/>
  <rect x="-600" y="610" width="2200" height="80" fill="url(#edge)"/>
  <rect x="-600" y="688" width="2200" height="912" fill="url(#wood)"/>
  <g fill="none">${grain}${boards.join('')}</g>`;
}

const drawPane = (x: number, y: number) =>
  `<path d="M${x} ${y}l150 -40v190l-150 40z" fill="#fff6dc" opacity="0.3"/>`;

/** Draws a floor and a wall with daylight from a window. */
function drawRoom(color: string): string {
  return `<defs>
    ${createLinearGradient(
      'wall',
      [
        [0, shade(color, 0.25)],
        [0.55, color],
        [1, shade(color, -0.3)],
      ],
      [0, 0, 1, 0.7],
    )}
    ${createLinearGradient(
      'floor',
      [
        [0, shade(color, -0.42)],
        [0.5, shade(color, -0.18)],
        [1, shade(color, -0.5)],
      ],
      [0, 0, 0.5, 1],
    )}
  </defs>
  <rect x="-600" y="-600" width="2200" height="1310" fill="url(#wall)"/>
  ${drawPane(40, 120)}${drawPane(205, 76)}${drawPane(40, 330)}${drawPane(205, 286)}
  <rect x="-600" y="710" width="2200" height="890" fill="url(#floor)"/>
  <rect x="-600" y="682" width="2200" height="28" fill="${shade(color, 0.4)}"/>
  <rect x="-600" y="708" width="2200" height="5" fill="#000" opacity="0.35"/>`;
}
