import {
  createCylinderGradient,
  type Drawing,
  drawGlow,
  createLinearGradient,
  drawShadow,
} from '../paint.js';

/** Draws an amber soap bottle with a pump and a paper label. */
export function drawBottle(amber = '#8a4a17'): Drawing {
  return {
    defs: `${createCylinderGradient('amber', amber, 0.45)}${createCylinderGradient('pump', '#23211f', 0.45)}
      ${createLinearGradient('label', [
        [0, '#b9ae9a'],
        [0.28, '#fffdf8'],
        [0.6, '#f1eadc'],
        [1, '#9b8f79'],
      ])}
      ${createLinearGradient(
        'soap',
        [
          [0, '#2b1203', 0],
          [1, '#2b1203', 0.6],
        ],
        [0, 0, 0, 1],
      )}`,
    body: `${drawShadow(590, 806, 330, 42, 0.75)}${drawShadow(500, 808, 170, 16, 0.9)}
      <rect x="482" y="180" width="36" height="90" fill="url(#pump)"/>
      <path d="M440 150Q440 130 470 130H590Q640 134 652 176L626 182Q610 164 580 168H460Q440 168 440 150Z" fill="url(#pump)"/>
      <rect x="446" y="240" width="108" height="66" rx="10" fill="url(#pump)"/>
      ${[462, 480, 498, 516, 534].map((x) => `<path d="M${x} 246V300" stroke="#000" stroke-opacity="0.6" stroke-width="4"/>`).join('')}
      <path d="M456 306H544V330Q650 350 654 430V770Q654 808 610 810H390Q346 808 346 770V430Q350 350 456 330Z" fill="url(#amber)"/>
      <path d="M346 430H654V770Q654 808 610 810H390Q346 808 346 770Z" fill="url(#soap)"/>
      <rect x="346" y="490" width="308" height="220" fill="url(#label)"/>
      <path d="M420 540H580" stroke="#3b332a" stroke-width="16"/><path d="M440 580H560M460 606H540" stroke="#7d7365" stroke-width="7"/>
      <circle cx="500" cy="656" r="24" fill="none" stroke="#7b9a6d" stroke-width="7"/><path d="M500 676V640M500 656L514 644" stroke="#7b9a6d" stroke-width="5"/>
      <rect x="392" y="400" width="18" height="390" rx="9" fill="#fff" opacity="0.5"/><rect x="622" y="440" width="8" height="320" rx="4" fill="#ffd9a0" opacity="0.5"/>
      ${drawGlow(420, 450, 60, 110, 0.35)}`,
  };
}
