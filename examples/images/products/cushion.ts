import {
  type Drawing,
  drawGlow,
  createLinearGradient,
  createRadialGradient,
  shade,
  drawShadow,
  drawThreads,
} from '../paint.js';

/** Draws a striped cushion with piping. */
export function drawCushion(fabric = '#d99a5b'): Drawing {
  const outline =
    'M206 300Q200 240 262 250Q500 292 742 250Q802 240 796 302Q760 520 800 742Q806 802 742 796Q500 762 258 796Q196 802 202 740Q242 520 206 300Z';
  const stripes = Array.from({ length: 9 }, (_, n) => {
    const x = 190 + n * 72;
    const bend = (4 - n) * 16;
    return `<path d="M${x} 230Q${x + bend} 520 ${x} 810" stroke="${n % 2 ? '#f4ead7' : shade(fabric, -0.45)}" stroke-width="${n % 2 ? 26 : 12}" fill="none"/>`;
  }).join('');
  return {
    defs: `${createRadialGradient(
      'puff',
      [
        [0, shade(fabric, 0.4)],
        [0.55, fabric],
        [1, shade(fabric, -0.4)],
      ],
      [0.4, 0.36, 0.75],
    )}
      ${createRadialGradient(
        'fold',
        [
          [0, '#000', 0],
          [0.7, '#000', 0.06],
          [1, '#2b1506', 0.62],
        ],
        [0.45, 0.42, 0.62],
      )}
      ${createLinearGradient(
        'crease',
        [
          [0, '#fff', 0.4],
          [0.5, '#000', 0.3],
          [1, '#000', 0],
        ],
        [0, 0, 1, 1],
      )}
      <clipPath id="outline"><path d="${outline}"/></clipPath>`,
    body: `${drawShadow(560, 792, 430, 58, 0.75)}
      <path d="${outline}" fill="url(#puff)"/>
      <g clip-path="url(#outline)">${stripes}${drawThreads(5, 0)}${drawThreads(5, 90)}<path d="${outline}" fill="url(#fold)"/>
        <path d="M212 270Q330 380 400 400Q320 410 220 360Z" fill="url(#crease)"/><path d="M790 270Q690 370 600 390Q690 420 786 360Z" fill="#000" opacity="0.14"/>
        <path d="M210 780Q320 690 410 670Q300 660 214 700Z" fill="#000" opacity="0.16"/></g>
      <path d="${outline}" fill="none" stroke="${shade(fabric, -0.3)}" stroke-width="13"/>
      <path d="${outline}" fill="none" stroke="${shade(fabric, 0.45)}" stroke-width="4" stroke-dasharray="3 7"/>
      ${drawGlow(400, 420, 190, 150, 0.3)}`,
  };
}
