import { linear, radial, shade } from './paint.js';
import { seededRandom } from './random.js';

export type BackdropName = 'studio' | 'table' | 'room' | 'none';

/** Background of a product, drawn beyond the square for wider or taller images. */
export function backdrop(name: BackdropName, color: string, seed: number): string {
  if (name === 'none') return '';
  if (name === 'studio') return studio(color);
  return name === 'table' ? table(color, seed) : room(color);
}

/** A paper sweep: no edge between wall and floor, a pool of light. */
function studio(color: string): string {
  return `<defs>
    ${linear(
      'sweep',
      [
        [0, shade(color, 0.12)],
        [0.52, shade(color, 0.3)],
        [0.68, shade(color, 0.02)],
        [1, shade(color, -0.22)],
      ],
      [0, 0, 0, 1],
    )}
    ${radial(
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

/** A wall and a wooden table top with its boards and grain. */
function table(color: string, seed: number): string {
  const random = seededRandom(seed);
  const wood = '#a9764a';
  const between = (low: number, high: number) => low + random() * (high - low);
  const grain = Array.from({ length: 130 }, () => {
    const y = between(690, 1560);
    const bend = between(-12, 12);
    const tone = shade(wood, between(-0.45, 0.25));
    return `<path d="M-600 ${y} Q200 ${y + bend} 600 ${y} T1600 ${y - bend}" stroke="${tone}" stroke-opacity="${between(0.1, 0.45)}" stroke-width="${between(0.8, 4)}"/>`;
  }).join('');
  const boards = [742, 850, 1010, 1240].map(
    (y) => `<path d="M-600 ${y}H1600" stroke="#2b170b" stroke-opacity="0.55" stroke-width="3"/>`,
  );
  return `<defs>
    ${linear(
      'wall',
      [
        [0, shade(color, -0.12)],
        [0.6, shade(color, 0.28)],
        [1, shade(color, 0.1)],
      ],
      [0, 0, 0.6, 1],
    )}
    ${linear(
      'wood',
      [
        [0, shade(wood, 0.18)],
        [0.35, wood],
        [1, shade(wood, -0.5)],
      ],
      [0, 0, 0.25, 1],
    )}
    ${linear(
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

const pane = (x: number, y: number) =>
  `<path d="M${x} ${y}l150 -40v190l-150 40z" fill="#fff6dc" opacity="0.3"/>`;

/** A wall with daylight falling in through a window, and a floor. */
function room(color: string): string {
  return `<defs>
    ${linear(
      'wall',
      [
        [0, shade(color, 0.25)],
        [0.55, color],
        [1, shade(color, -0.3)],
      ],
      [0, 0, 1, 0.7],
    )}
    ${linear(
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
  ${pane(40, 120)}${pane(205, 76)}${pane(40, 330)}${pane(205, 286)}
  <rect x="-600" y="710" width="2200" height="890" fill="url(#floor)"/>
  <rect x="-600" y="682" width="2200" height="28" fill="${shade(color, 0.4)}"/>
  <rect x="-600" y="708" width="2200" height="5" fill="#000" opacity="0.35"/>`;
}
