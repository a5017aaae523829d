import {
  createBallGradient,
  createCylinderGradient,
  type Drawing,
  drawGlow,
  createLinearGradient,
  shade,
  drawShadow,
} from '../paint.js';

/** Draws headphones standing on their cups. */
export function drawHeadphones(color = '#3a3f4b'): Drawing {
  const drawCup = (x: number, isMirrored: boolean) => {
    const flip = isMirrored ? `translate(${2 * x} 0) scale(-1 1)` : '';
    return `<g transform="${flip}">
      <rect x="${x - 8}" y="520" width="90" height="270" rx="45" fill="url(#pad)"/>
      <path d="M${x + 70} 546q14 110 0 220" stroke="#000" stroke-opacity="0.5" stroke-width="5" fill="none"/>
      <rect x="${x - 74}" y="500" width="112" height="304" rx="54" fill="url(#cup)"/>
      <rect x="${x - 58}" y="520" width="60" height="264" rx="30" fill="url(#face)"/>
      <circle cx="${x - 30}" cy="652" r="22" fill="none" stroke="${shade(color, 0.6)}" stroke-width="5"/>
      <rect x="${x - 54}" y="540" width="10" height="180" rx="5" fill="#fff" opacity="0.45"/>
    </g>`;
  };
  return {
    defs: `${createBallGradient('cup', color, 0.5)}${createCylinderGradient('pad', '#1f1d1c', 0.25)}
      ${createLinearGradient(
        'face',
        [
          [0, shade(color, 0.35)],
          [0.5, color],
          [1, shade(color, -0.5)],
        ],
        [0, 0, 1, 1],
      )}
      ${createLinearGradient(
        'band',
        [
          [0, shade(color, -0.3)],
          [0.3, shade(color, 0.5)],
          [0.6, color],
          [1, shade(color, -0.55)],
        ],
        [0, 0, 1, 0.2],
      )}
      ${createLinearGradient('steel', [
        [0, '#77787c'],
        [0.4, '#fafafa'],
        [1, '#606165'],
      ])}`,
    body: `${drawShadow(540, 806, 400, 42, 0.65)}${drawShadow(300, 804, 100, 14, 0.85)}${drawShadow(700, 804, 100, 14, 0.85)}
      <path d="M300 560C250 60 750 60 700 560" fill="none" stroke="#151413" stroke-width="70" stroke-linecap="round"/>
      <path d="M286 520C246 40 754 40 714 520" fill="none" stroke="url(#band)" stroke-width="42"/>
      <path d="M298 380C310 130 500 140 520 142" fill="none" stroke="#fff" stroke-opacity="0.4" stroke-width="8" stroke-linecap="round"/>
      <rect x="266" y="420" width="32" height="130" rx="10" fill="url(#steel)"/><rect x="702" y="420" width="32" height="130" rx="10" fill="url(#steel)"/>
      ${drawCup(290, false)}${drawCup(710, true)}
      ${drawGlow(430, 170, 120, 30, 0.35)}`,
  };
}
