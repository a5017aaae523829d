import {
  createCylinderGradient,
  type Drawing,
  createLinearGradient,
  createRadialGradient,
  shade,
  drawShadow,
} from '../paint.js';

/** Draws a desk lamp; `light` from 0 (off) to 1. */
export function drawLamp(color = '#e0a52c', light = 1): Drawing {
  return {
    defs: `${createCylinderGradient('shade', color, 0.6)}${createCylinderGradient('foot', color, 0.45)}
      ${createLinearGradient('arm', [
        [0, '#6f6f73'],
        [0.4, '#f4f4f6'],
        [1, '#55555a'],
      ])}
      ${createRadialGradient('bulb', [
        [0, '#fffdf2'],
        [0.5, '#ffe9a8'],
        [1, '#ffcf66'],
      ])}
      ${createRadialGradient('halo', [
        [0, '#fff1c4', 0.95],
        [0.4, '#ffdf94', 0.4],
        [1, '#ffdf94', 0],
      ])}
      ${createLinearGradient(
        'beam',
        [
          [0, '#fff3cf', 0.75],
          [1, '#fff3cf', 0],
        ],
        [0, 0, 0, 1],
      )}`,
    body: `${drawShadow(450, 800, 330, 46, 0.7)}${drawShadow(400, 800, 170, 20, 0.85)}
      <ellipse cx="690" cy="806" rx="300" ry="52" fill="url(#halo)" opacity="${light * 0.85}"/>
      <path d="M560 420L470 800H950L780 470Z" fill="url(#beam)" opacity="${light * 0.55}"/>
      <path d="M240 782V800Q240 826 390 826T540 800V782Z" fill="url(#foot)"/>
      <ellipse cx="390" cy="782" rx="150" ry="30" fill="${shade(color, 0.15)}"/>
      <ellipse cx="370" cy="776" rx="95" ry="15" fill="#fff" opacity="0.28"/>
      <g stroke="url(#arm)" stroke-width="18" stroke-linecap="round">
        <path d="M388 776L300 500"/><path d="M300 500L590 250"/>
      </g>
      <path d="M372 760L288 500" stroke="#2b2b2e" stroke-width="4" fill="none"/>
      <circle cx="300" cy="500" r="24" fill="url(#foot)"/><circle cx="300" cy="500" r="9" fill="#333"/>
      <g transform="rotate(-28 640 330)">
        <ellipse cx="640" cy="452" rx="160" ry="40" fill="${shade(color, -0.6)}"/>
        <ellipse cx="640" cy="450" rx="148" ry="34" fill="#fff4d0" opacity="${0.12 + light * 0.85}"/>
        <circle cx="640" cy="446" r="44" fill="url(#bulb)" opacity="${0.35 + light * 0.65}"/>
        <path d="M590 240Q640 214 690 240L800 446Q640 480 480 446Z" fill="url(#shade)"/>
        <path d="M600 250Q560 340 520 440" stroke="#fff" stroke-opacity="0.55" stroke-width="14" fill="none" stroke-linecap="round"/>
        <rect x="606" y="196" width="68" height="52" rx="16" fill="url(#foot)"/>
      </g>
      <circle cx="700" cy="470" r="330" fill="url(#halo)" opacity="${light * 0.6}"/>`,
  };
}
