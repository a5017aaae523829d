import {
  type Drawing,
  drawGlow,
  createLinearGradient,
  shade,
  drawShadow,
  drawThreads,
} from '../paint.js';

/** Draws a running shoe, from the side. */
export function drawShoe(color = '#d8432f'): Drawing {
  const upper =
    'M172 700 C160 600 150 500 196 452 C232 470 262 478 300 452 C330 432 356 420 380 420 C430 480 490 536 580 574 C680 606 796 610 846 660 C862 680 864 700 860 716 L172 722Z';
  const eyelets = [0, 1, 2, 3, 4].map((n) => {
    const [x, y] = [400 + n * 40, 462 + n * 28];
    return `<path d="M${x - 26} ${y + 40}L${x + 30} ${y - 6}" stroke="#f7f4ee" stroke-width="13" stroke-linecap="round"/>
      <path d="M${x - 24} ${y + 43}L${x + 30} ${y}" stroke="#7d766c" stroke-opacity="0.5" stroke-width="4"/>
      <circle cx="${x - 30}" cy="${y + 44}" r="6" fill="${shade(color, -0.6)}"/>`;
  });
  return {
    defs: `${createLinearGradient(
      'upper',
      [
        [0, shade(color, -0.25)],
        [0.25, shade(color, 0.22)],
        [0.6, color],
        [1, shade(color, -0.45)],
      ],
      [0, 0, 0.7, 1],
    )}
      ${createLinearGradient(
        'sole',
        [
          [0, '#ffffff'],
          [0.55, '#e8e4dc'],
          [1, '#9f988c'],
        ],
        [0, 0, 0, 1],
      )}
      ${createLinearGradient(
        'dark',
        [
          [0, shade(color, -0.55)],
          [1, shade(color, -0.75)],
        ],
        [0, 0, 0, 1],
      )}
      <clipPath id="upper-clip"><path d="${upper}"/></clipPath>`,
    body: `${drawShadow(540, 806, 470, 44, 0.7)}${drawShadow(500, 802, 380, 18, 0.9)}
      <path d="M196 452C230 430 340 398 380 420C356 452 330 470 300 486C262 500 220 490 196 452Z" fill="url(#dark)"/>
      <path d="${upper}" fill="url(#upper)"/>
      <g clip-path="url(#upper-clip)">${drawThreads(8, -14)}${drawThreads(11, 60)}
        <path d="M150 560C230 600 260 660 262 730H140Z" fill="url(#dark)"/>
        <path d="M690 600C720 640 730 690 726 730H880V600Z" fill="url(#dark)" opacity="0.85"/>
        <path d="M300 700C380 690 470 640 520 560L570 580C540 650 470 712 392 724Z" fill="#f5f1e8"/>
        <path d="M300 700C380 690 470 640 520 560" fill="none" stroke="${shade(color, -0.5)}" stroke-width="4" stroke-dasharray="9 6"/>
        ${drawGlow(330, 540, 180, 70, 0.35)}${drawGlow(760, 630, 120, 26, 0.45)}
      </g>
      ${eyelets.join('')}
      <path d="M380 420C420 470 470 516 560 560" fill="none" stroke="${shade(color, -0.45)}" stroke-width="8"/>
      <path d="M150 706C220 730 300 712 400 722C560 738 700 716 868 700C890 730 880 776 840 796C640 806 360 808 200 800C150 790 138 740 150 706Z" fill="url(#sole)"/>
      <path d="M152 742C330 768 660 764 876 738" fill="none" stroke="${color}" stroke-width="10"/>
      <path d="M180 796C380 806 640 804 842 792" fill="none" stroke="#4a443c" stroke-width="12" stroke-dasharray="26 8"/>`,
  };
}
