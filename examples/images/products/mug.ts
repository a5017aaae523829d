import {
  createCylinderGradient,
  type Drawing,
  drawGlow,
  createLinearGradient,
  createRadialGradient,
  shade,
  drawShadow,
} from '../paint.js';
import { createSeededRandom } from '../random.js';

/** Draws a stoneware mug: raw clay below, glaze above, coffee in it. */
export function drawMug(glaze = '#3f6f7d'): Drawing {
  const clay = '#c9a985';
  const random = createSeededRandom(7);
  const specks = Array.from({ length: 150 }, () => {
    const x = 315 + random() * 335;
    const y = 400 + random() * 385;
    return `<ellipse cx="${x}" cy="${y}" rx="${0.8 + random() * 2.4}" ry="${0.8 + random() * 1.6}" fill="#2a1a10" opacity="${0.2 + random() * 0.45}"/>`;
  }).join('');
  const side = 'M310 372 L322 742 Q326 796 392 806 Q480 816 568 806 Q634 796 638 742 L650 372 Z';
  return {
    defs: `${createCylinderGradient('clay', clay, 0.35)}${createCylinderGradient('glaze', glaze, 0.5)}
      ${createLinearGradient(
        'handle',
        [
          [0, shade(glaze, -0.3)],
          [0.5, shade(glaze, 0.35)],
          [1, shade(glaze, -0.5)],
        ],
        [0, 0, 0.4, 1],
      )}
      ${createLinearGradient('inside', [
        [0, shade(glaze, -0.65)],
        [1, shade(glaze, -0.1)],
      ])}
      ${createRadialGradient(
        'coffee',
        [
          [0, '#6b3d1e'],
          [0.8, '#371b0b'],
          [1, '#8a5a34'],
        ],
        [0.4, 0.5, 0.6],
      )}
      <clipPath id="side"><path d="${side}"/></clipPath>`,
    body: `${drawShadow(560, 802, 360, 46, 0.75)}${drawShadow(480, 808, 190, 20, 0.8)}
      <path d="M640 470 C770 430 800 690 622 700" fill="none" stroke="url(#handle)" stroke-width="46" stroke-linecap="round"/>
      <path d="M648 466 C748 446 768 640 640 676" fill="none" stroke="#fff" stroke-opacity="0.35" stroke-width="6" stroke-linecap="round"/>
      <path d="${side}" fill="url(#clay)"/>
      <g clip-path="url(#side)">
        <path d="M300 360H660V640 Q610 690 560 655 T450 668 T360 650 T300 668Z" fill="url(#glaze)"/>
        <path d="M300 668 Q330 632 360 650 T450 668 T560 655 T660 640" fill="none" stroke="${shade(glaze, 0.55)}" stroke-opacity="0.6" stroke-width="5"/>
        ${specks}
        <rect x="380" y="392" width="16" height="240" rx="8" fill="#fff" opacity="0.5"/>
        ${drawGlow(400, 500, 55, 190, 0.4)}
      </g>
      <ellipse cx="480" cy="372" rx="170" ry="44" fill="${shade(glaze, 0.25)}"/>
      <ellipse cx="480" cy="374" rx="156" ry="37" fill="url(#inside)"/>
      <ellipse cx="480" cy="386" rx="141" ry="25" fill="url(#coffee)"/>
      <path d="M350 384 Q400 366 470 364" fill="none" stroke="#e9c9a4" stroke-opacity="0.55" stroke-width="4"/>`,
  };
}
