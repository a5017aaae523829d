import {
  createBallGradient,
  createCylinderGradient,
  type Drawing,
  createLinearGradient,
  shade,
  drawShadow,
} from '../paint.js';

const drawStitches = (x: number) => `M${x} 30V280M${x} 720V970`;

/** Draws a wristwatch lying flat, from above. */
export function drawWatch(strap = '#7a4324'): Drawing {
  const marks = Array.from(
    { length: 12 },
    (_, n) =>
      `<rect x="493" y="322" width="14" height="${n % 3 === 0 ? 44 : 28}" rx="3" fill="#e9e4d6" transform="rotate(${n * 30} 500 500)"/>`,
  ).join('');
  return {
    defs: `${createCylinderGradient('strap', strap, 0.3)}${createBallGradient('case', '#b9bcc2', 0.8)}
      ${createLinearGradient(
        'bezel',
        [
          [0, '#ffffff'],
          [0.4, '#8d9096'],
          [0.6, '#d5d8dd'],
          [1, '#4d5056'],
        ],
        [0, 0, 1, 1],
      )}
      ${createBallGradient('dial', '#17324f', 0.35)}
      ${createLinearGradient(
        'glass',
        [
          [0, '#ffffff', 0.55],
          [1, '#ffffff', 0],
        ],
        [0, 0, 0.7, 0.7],
      )}`,
    body: `<path d="M420 0H640V1000H420Z" fill="#1a0f08" opacity="0.28"/>
      ${drawShadow(540, 540, 330, 300, 0.7)}
      <path d="M400 -40H600L622 300H378Z M378 700H622L600 1040H400Z" fill="url(#strap)"/>
      <path d="${drawStitches(416)}${drawStitches(584)}" stroke="#efd9ae" stroke-opacity="0.8" stroke-width="4" stroke-dasharray="13 9"/>
      ${[790, 850, 910].map((y) => `<ellipse cx="500" cy="${y}" rx="10" ry="13" fill="${shade(strap, -0.7)}"/>`).join('')}
      <rect x="722" y="474" width="44" height="52" rx="10" fill="url(#bezel)"/>
      <circle cx="500" cy="500" r="232" fill="url(#case)"/>
      <circle cx="500" cy="500" r="212" fill="url(#bezel)"/>
      <circle cx="500" cy="500" r="192" fill="url(#dial)"/>
      ${marks}
      <circle cx="500" cy="590" r="46" fill="none" stroke="#e9e4d6" stroke-opacity="0.5" stroke-width="3"/>
      <path d="M500 590L522 566" stroke="#e9e4d6" stroke-width="4"/>
      <path d="M500 520L412 436" stroke="#f3efe4" stroke-width="13" stroke-linecap="round"/>
      <path d="M486 514L628 402" stroke="#f3efe4" stroke-width="9" stroke-linecap="round"/>
      <path d="M500 548L460 350" stroke="#e2572f" stroke-width="4"/><circle cx="500" cy="500" r="11" fill="#e2572f"/>
      <path d="M330 440A180 180 0 0 1 600 348Q440 400 372 596A180 180 0 0 1 330 440Z" fill="url(#glass)" opacity="0.6"/>`,
  };
}
