import { createBallGradient, type Drawing, createLinearGradient, shade } from '../paint.js';

const drawHand = (angle: number, width: number, length: number, color: string) =>
  `<g transform="rotate(${angle} 500 500)"><rect x="${500 - width / 2 + 6}" y="${508 - length}" width="${width}" height="${length + 46}" rx="${width / 2}" fill="#000" opacity="0.2"/>
    <rect x="${500 - width / 2}" y="${500 - length}" width="${width}" height="${length + 46}" rx="${width / 2}" fill="${color}"/></g>`;

/** Draws a wall clock that shows 10:10, for a PNG with transparency. */
export function drawClock(frame = '#8a5a35'): Drawing {
  const ticks = Array.from({ length: 60 }, (_, n) => {
    const isHour = n % 5 === 0;
    return `<rect x="${isHour ? 493 : 498}" y="196" width="${isHour ? 14 : 4}" height="${isHour ? 46 : 20}" rx="2" fill="#2a2724" transform="rotate(${n * 6} 500 500)"/>`;
  }).join('');
  return {
    defs: `${createBallGradient('frame', frame, 0.55)}
      ${createLinearGradient(
        'bevel',
        [
          [0, shade(frame, -0.6)],
          [0.5, shade(frame, 0.1)],
          [1, shade(frame, 0.6)],
        ],
        [0, 0, 1, 1],
      )}
      ${createLinearGradient(
        'dial',
        [
          [0, '#ffffff'],
          [0.6, '#f4efe4'],
          [1, '#cfc7b6'],
        ],
        [0, 0, 1, 1],
      )}
      ${createLinearGradient(
        'glass',
        [
          [0, '#ffffff', 0.6],
          [1, '#ffffff', 0],
        ],
        [0, 0, 0.6, 0.8],
      )}`,
    body: `<ellipse cx="516" cy="524" rx="404" ry="404" fill="url(#soft-dark)" opacity="0.5"/>
      <circle cx="500" cy="500" r="362" fill="url(#frame)"/>
      <circle cx="500" cy="500" r="328" fill="url(#bevel)"/>
      <circle cx="500" cy="500" r="316" fill="url(#dial)"/>
      ${ticks}
      ${drawHand(305, 20, 180, '#23201d')}${drawHand(60, 13, 262, '#23201d')}${drawHand(212, 5, 280, '#c8372d')}
      <circle cx="500" cy="500" r="19" fill="#c8372d"/><circle cx="494" cy="494" r="7" fill="#fff" opacity="0.6"/>
      <path d="M226 420A290 290 0 0 1 690 262Q420 330 300 610A290 290 0 0 1 226 420Z" fill="url(#glass)" opacity="0.55"/>`,
  };
}
