import {
  createCylinderGradient,
  type Drawing,
  drawGlow,
  createLinearGradient,
  shade,
  drawShadow,
} from '../paint.js';

const drawPages = (y: number) =>
  Array.from({ length: 9 }, (_, n) => `M216 ${y + n * 5}L786 ${y + n * 5 + 1}`).join('');

const drawBook = (y: number, color: string, id: string) => `
  <path d="M206 ${y}L792 ${y}V${y + 58}H206Z" fill="#efe6d3"/>
  <path d="${drawPages(y + 8)}" stroke="#b5a98e" stroke-width="1.6"/>
  <path d="M190 ${y + 52}H800V${y + 68}H190Z" fill="${shade(color, -0.4)}"/>
  <path d="M190 ${y + 68}Q160 ${y + 30} 190 ${y - 8}L310 ${y - 138}H740L812 ${y}H190Z" fill="url(#${id})"/>
  <path d="M190 ${y + 68}Q160 ${y + 30} 190 ${y - 8}H214V${y + 68}Z" fill="${shade(color, -0.3)}"/>
  <path d="M190 ${y}H812V${y + 10}H190Z" fill="${shade(color, -0.15)}"/>`;

/** Draws a stack of two notebooks and a pencil. */
export function drawNotebook(cover = '#b8433c'): Drawing {
  return {
    defs: `${createLinearGradient(
      'upper',
      [
        [0, shade(cover, 0.35)],
        [0.5, cover],
        [1, shade(cover, -0.35)],
      ],
      [0, 0, 1, 0.4],
    )}
      ${createLinearGradient(
        'lower',
        [
          [0, '#7fa3b5'],
          [1, '#2f4d5d'],
        ],
        [0, 0, 1, 0.4],
      )}
      ${createCylinderGradient('pencil', '#e8b63a', 0.4)}${createLinearGradient('ribbon', [
        [0, '#e9d9a2'],
        [1, '#a58a45'],
      ])}`,
    body: `${drawShadow(560, 800, 450, 50, 0.7)}${drawShadow(500, 804, 360, 18, 0.8)}
      <g transform="translate(14 0)">${drawBook(730, '#4c7386', 'lower')}</g>
      ${drawBook(652, cover, 'upper')}
      ${drawGlow(430, 560, 190, 60, 0.3)}
      <path d="M620 514L676 652V726" fill="none" stroke="#2a1512" stroke-width="15"/>
      <path d="M400 546H560L576 600H384Z" fill="#f6efdf"/>
      <path d="M420 562H540M412 582H550" stroke="#6c5a48" stroke-width="6"/>
      <path d="M520 652V770L534 752 548 770V652Z" fill="url(#ribbon)"/>
      <g transform="rotate(-58 330 560)"><rect x="316" y="360" width="26" height="270" fill="url(#pencil)"/>
        <path d="M316 630L329 684 342 630Z" fill="#e7c9a0"/><path d="M324 662L329 684 334 662Z" fill="#222"/>
        <rect x="316" y="330" width="26" height="30" rx="6" fill="#d77a78"/><rect x="316" y="352" width="26" height="16" fill="#c9ccd0"/></g>`,
  };
}
