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

const drawLeg = (x1: number, y1: number, x2: number, y2: number, width: number) =>
  `<path d="M${x1 - width} ${y1}L${x2 - width * 0.5} ${y2}Q${x2} ${y2 + 6} ${x2 + width * 0.5} ${y2}L${x1 + width} ${y1}Z"`;

/** Draws an upholstered chair on wooden legs. */
export function drawChair(fabric = '#4d7a5c'): Drawing {
  const wood = '#9c6437';
  const back = 'M330 150Q320 110 370 104Q510 84 640 104Q690 110 680 152L652 452Q510 480 352 452Z';
  const seat =
    'M290 500Q300 456 360 450Q510 430 650 450Q706 456 720 500L734 562Q738 606 690 612Q510 636 322 612Q272 606 276 562Z';
  const weave = drawThreads(7, 31) + drawThreads(7, 121);
  return {
    defs: `${createCylinderGradient('leg', wood, 0.4)}${createCylinderGradient('hind', shade(wood, -0.35), 0.2)}
      ${createLinearGradient(
        'back',
        [
          [0, shade(fabric, -0.15)],
          [0.3, shade(fabric, 0.32)],
          [0.65, fabric],
          [1, shade(fabric, -0.5)],
        ],
        [0, 0, 1, 0.5],
      )}
      ${createLinearGradient(
        'seat',
        [
          [0, shade(fabric, 0.35)],
          [0.45, fabric],
          [1, shade(fabric, -0.55)],
        ],
        [0.2, 0, 0.5, 1],
      )}`,
    body: `${drawShadow(540, 806, 370, 40, 0.6)}${drawShadow(320, 802, 60, 10, 0.9)}${drawShadow(690, 802, 60, 10, 0.9)}
      ${drawLeg(380, 560, 366, 768, 15)} fill="url(#hind)"/>${drawLeg(640, 560, 660, 768, 15)} fill="url(#hind)"/>
      <path d="${back}" fill="url(#back)"/>
      ${clip('back-cloth', back, weave)}
      <path d="M346 152Q338 124 376 120Q510 102 634 120Q668 126 662 156L638 440" fill="none" stroke="${shade(fabric, -0.5)}" stroke-width="4" stroke-dasharray="10 5"/>
      ${drawGlow(420, 220, 90, 130, 0.3)}
      ${[210, 320].map((y) => [430, 510, 590].map((x) => `<circle cx="${x}" cy="${y}" r="10" fill="${shade(fabric, -0.45)}"/><circle cx="${x - 3}" cy="${y - 3}" r="5" fill="${shade(fabric, 0.3)}"/>`).join('')).join('')}
      ${drawLeg(320, 590, 296, 800, 19)} fill="url(#leg)"/>${drawLeg(690, 590, 716, 800, 19)} fill="url(#leg)"/>
      <path d="${seat}" fill="url(#seat)"/>
      ${clip('seat-cloth', seat, weave)}
      <path d="M280 552Q510 590 732 552" fill="none" stroke="${shade(fabric, -0.55)}" stroke-width="5"/>
      ${drawGlow(430, 500, 150, 34, 0.35)}`,
  };
}
