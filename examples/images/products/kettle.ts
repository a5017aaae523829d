import {
  createBallGradient,
  createCylinderGradient,
  type Drawing,
  drawGlow,
  createLinearGradient,
  shade,
  drawShadow,
} from '../paint.js';

/** Draws an enamel kettle with a wooden handle. */
export function drawKettle(enamel = '#e9e2d0'): Drawing {
  const body =
    'M260 700C230 560 300 420 420 396H560C680 420 750 560 720 700Q716 796 640 804Q490 816 340 804Q264 796 260 700Z';
  return {
    defs: `${createBallGradient('body', enamel, 0.85)}${createCylinderGradient('lid', enamel, 0.6)}
      ${createLinearGradient(
        'spout',
        [
          [0, shade(enamel, 0.5)],
          [0.5, enamel],
          [1, shade(enamel, -0.5)],
        ],
        [0, 0, 0.6, 1],
      )}
      ${createLinearGradient(
        'grip',
        [
          [0, '#c58b55'],
          [0.5, '#8e5a2e'],
          [1, '#4d2c12'],
        ],
        [0, 0, 0, 1],
      )}
      ${createLinearGradient(
        'steel',
        [
          [0, '#6d6e72'],
          [0.4, '#f6f6f8'],
          [1, '#55565a'],
        ],
        [0, 0, 0, 1],
      )}
      <clipPath id="body-clip"><path d="${body}"/></clipPath>`,
    body: `${drawShadow(560, 806, 390, 46, 0.75)}${drawShadow(490, 806, 240, 18, 0.85)}
      <path d="M690 610C800 590 800 470 850 420L890 438C880 520 870 690 710 720Z" fill="url(#spout)"/>
      <ellipse cx="870" cy="428" rx="24" ry="9" transform="rotate(24 870 428)" fill="#2c2722"/>
      <path d="M340 430C300 180 680 180 640 430" fill="none" stroke="url(#steel)" stroke-width="20"/>
      <path d="M372 290C430 212 550 212 608 290" fill="none" stroke="url(#grip)" stroke-width="52" stroke-linecap="round"/>
      <path d="M390 272C436 226 500 222 540 232" fill="none" stroke="#fff" stroke-opacity="0.35" stroke-width="8" stroke-linecap="round"/>
      <path d="${body}" fill="url(#body)"/>
      <g clip-path="url(#body-clip)">
        <path d="M220 690C400 720 600 720 760 690V830H220Z" fill="#274a63"/>
        <path d="M220 690C400 720 600 720 760 690" fill="none" stroke="#fff" stroke-opacity="0.6" stroke-width="5"/>
        <path d="M520 690C640 720 700 640 740 560V830H480Z" fill="#000" opacity="0.2"/>
        <path d="M330 480C290 540 286 620 300 690" stroke="#fff" stroke-width="30" stroke-opacity="0.8" stroke-linecap="round" fill="none"/>
        ${drawGlow(360, 560, 120, 170, 0.4)}
      </g>
      <path d="M402 400Q490 340 578 400Q490 424 402 400Z" fill="url(#lid)"/>
      <ellipse cx="490" cy="402" rx="92" ry="15" fill="none" stroke="#274a63" stroke-width="9"/>
      <circle cx="490" cy="356" r="24" fill="url(#grip)"/><circle cx="482" cy="348" r="8" fill="#fff" opacity="0.5"/>`,
  };
}
