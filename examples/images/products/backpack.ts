import {
  createCylinderGradient,
  type Drawing,
  drawGlow,
  clip,
  createLinearGradient,
  shade,
  drawShadow,
  drawThreads,
} from '../paint.js';

const drawStrap = (
  x: number,
) => `<rect x="${x}" y="300" width="44" height="310" rx="10" fill="url(#leather)"/>
  <path d="M${x + 6} 306V604M${x + 38} 306V604" stroke="#f0d5a8" stroke-opacity="0.7" stroke-width="3" stroke-dasharray="9 6"/>
  <rect x="${x - 8}" y="520" width="60" height="46" rx="8" fill="none" stroke="url(#brass)" stroke-width="10"/>`;

/** Draws a canvas backpack with leather straps. */
export function drawBackpack(canvas = '#5b6b3f'): Drawing {
  const leather = '#8b5129';
  const flap =
    'M238 330Q250 160 400 142Q500 130 600 142Q750 160 762 330V440Q762 480 700 488Q500 510 300 488Q238 480 238 440Z';
  const body =
    'M250 330Q260 170 400 150Q500 138 600 150Q740 170 750 330L772 740Q772 800 700 804Q500 816 300 804Q228 800 228 740Z';
  return {
    defs: `${createCylinderGradient('canvas', canvas, 0.25)}${createCylinderGradient('leather', leather, 0.3)}
      ${createLinearGradient(
        'flap',
        [
          [0, shade(canvas, 0.2)],
          [0.6, canvas],
          [1, shade(canvas, -0.45)],
        ],
        [0.1, 0, 0.5, 1],
      )}
      ${createLinearGradient(
        'brass',
        [
          [0, '#7a5a1e'],
          [0.4, '#ffe9a6'],
          [1, '#6f4f17'],
        ],
        [0, 0, 1, 1],
      )}`,
    body: `${drawShadow(560, 808, 400, 46, 0.7)}${drawShadow(500, 808, 270, 20, 0.85)}
      <path d="M420 160C420 70 580 70 580 160" fill="none" stroke="${shade(leather, -0.3)}" stroke-width="26"/>
      <path d="M424 150C428 82 520 78 560 100" fill="none" stroke="${shade(leather, 0.4)}" stroke-width="6"/>
      <path d="${body}" fill="url(#canvas)"/>${clip('body-cloth', body, drawThreads(6, 52))}
      <rect x="300" y="540" width="400" height="230" rx="34" fill="url(#flap)"/>${clip('pocket-cloth', 'M300 560H700V750H300Z', drawThreads(6, 38))}
      <rect x="312" y="552" width="376" height="206" rx="26" fill="none" stroke="#e9dfb8" stroke-opacity="0.6" stroke-width="3" stroke-dasharray="9 6"/>
      <path d="${flap}" fill="url(#flap)"/>
      ${clip('flap-cloth', flap, drawThreads(6, 38))}
      <path d="M250 440Q254 470 302 476Q500 496 698 476Q746 470 750 440" fill="none" stroke="#e9dfb8" stroke-opacity="0.6" stroke-width="3" stroke-dasharray="9 6"/>
      ${drawStrap(350)}${drawStrap(606)}
      <rect x="440" y="600" width="120" height="70" rx="8" fill="url(#leather)"/>
      <path d="M466 650l34 -36 34 36z" fill="none" stroke="#f0d5a8" stroke-opacity="0.8" stroke-width="5"/>
      ${drawGlow(380, 260, 120, 90, 0.3)}`,
  };
}
