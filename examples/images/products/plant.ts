import {
  createCylinderGradient,
  type Drawing,
  createLinearGradient,
  shade,
  drawShadow,
} from '../paint.js';
import { createSeededRandom } from '../random.js';

const drawLeaf = (angle: number, length: number, tone: number) => {
  const green = shade('#2f7d46', tone);
  const width = length * 0.26;
  return `<g transform="translate(500 560) rotate(${angle})">
    <path d="M0 0Q${-width} ${-length * 0.55} 0 ${-length}Q${width} ${-length * 0.55} 0 0Z" fill="${green}"/>
    <path d="M0 0Q${width} ${-length * 0.55} 0 ${-length}Q${width * 0.25} ${-length * 0.5} 0 0Z" fill="${shade(green, -0.35)}"/>
    <path d="M-${width * 0.28} ${-length * 0.35}Q-${width * 0.42} ${-length * 0.6} -${width * 0.1} ${-length * 0.86}" stroke="#fff" stroke-opacity="0.35" stroke-width="9" fill="none" stroke-linecap="round"/>
    <path d="M0 0V${-length}" stroke="${shade(green, 0.45)}" stroke-width="3"/>
  </g>`;
};

/** Draws a rubber plant in a terracotta pot. */
export function drawPlant(pot = '#c4683f'): Drawing {
  const random = createSeededRandom(23);
  const fans = [-82, 80, -62, 58, -44, 42, -28, 24, -10, 8].map((angle, n) =>
    drawLeaf(angle + random() * 8 - 4, 330 + n * 14 + random() * 60, -0.35 + n * 0.06),
  );
  return {
    defs: `${createCylinderGradient('pot', pot, 0.3)}${createCylinderGradient('rim', shade(pot, 0.06), 0.4)}
      ${createLinearGradient(
        'under',
        [
          [0, '#1a0b04', 0.6],
          [1, '#1a0b04', 0],
        ],
        [0, 0, 0, 1],
      )}`,
    body: `${drawShadow(580, 806, 340, 44, 0.7)}${drawShadow(500, 806, 170, 18, 0.85)}
      <path d="M372 590L404 790Q410 812 500 814T596 790L628 590Z" fill="url(#pot)"/>
      <path d="M372 620H628L618 670H382Z" fill="url(#under)"/>
      <ellipse cx="500" cy="560" rx="140" ry="26" fill="#2d1a10"/>
      ${fans.join('')}
      <path d="M352 556Q500 600 648 556L640 616Q500 652 360 616Z" fill="url(#rim)"/>
      <path d="M380 574Q420 588 470 590" stroke="#fff" stroke-opacity="0.4" stroke-width="6" fill="none" stroke-linecap="round"/>`,
  };
}
