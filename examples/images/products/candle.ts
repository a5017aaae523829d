import {
  createCylinderGradient,
  type Drawing,
  createLinearGradient,
  createRadialGradient,
  drawShadow,
} from '../paint.js';

/** Draws a candle in a glass; `sway` (-1 to 1) tilts the flame. */
export function drawCandle(wax = '#efe3cf', sway = 0): Drawing {
  const tip = 500 + sway * 26;
  const reach = 196 + Math.abs(sway) * 30;
  return {
    defs: `${createCylinderGradient('wax', wax, 0.5)}
      ${createLinearGradient('glass', [
        [0, '#ffffff', 0.5],
        [0.15, '#ffffff', 0.06],
        [0.28, '#ffffff', 0.45],
        [0.4, '#ffffff', 0.03],
        [0.9, '#30231a', 0.28],
        [1, '#ffffff', 0.4],
      ])}
      ${createLinearGradient('label', [
        [0, '#cbbfa9'],
        [0.3, '#fffdf7'],
        [1, '#b1a48c'],
      ])}
      ${createRadialGradient(
        'flame',
        [
          [0, '#ffffff'],
          [0.35, '#fff1b0'],
          [0.75, '#ffb43c'],
          [1, '#ff7a1a', 0.7],
        ],
        [0.5, 0.7, 0.6],
      )}
      ${createRadialGradient('halo', [
        [0, '#ffe7a8', 0.95],
        [0.35, '#ffc766', 0.4],
        [1, '#ffc766', 0],
      ])}`,
    body: `${drawShadow(550, 806, 330, 44, 0.75)}${drawShadow(500, 808, 190, 18, 0.85)}
      <rect x="338" y="430" width="324" height="370" rx="30" fill="url(#wax)"/>
      <ellipse cx="500" cy="432" rx="162" ry="32" fill="#fff8e6"/><ellipse cx="500" cy="434" rx="120" ry="22" fill="#ffe9b8"/>
      <path d="M500 432Q496 396 502 372" stroke="#2b1c12" stroke-width="8" fill="none" stroke-linecap="round"/>
      <rect x="322" y="330" width="356" height="482" rx="34" fill="url(#glass)"/>
      <ellipse cx="500" cy="334" rx="178" ry="30" fill="none" stroke="#fff" stroke-opacity="0.75" stroke-width="6"/>
      <rect x="400" y="560" width="200" height="150" rx="4" fill="url(#label)"/>
      <path d="M430 606H570M450 634H550M470 662H530" stroke="#6b5a41" stroke-width="7" stroke-linecap="round"/>
      <path d="M502 388C452 352 470 300 ${tip} ${reach}C540 290 556 350 502 388Z" fill="url(#flame)"/>
      <circle cx="${500 + sway * 8}" cy="320" r="${300 + sway * 22}" fill="url(#halo)" opacity="${0.72 + sway * 0.1}"/>`,
  };
}
