/** Brushes for the example pictures: everything is SVG in a square of 1000 units, lit from the upper left. */

/** A drawn object. `body` stands on the floor line (y = 800) around x = 500; ids in `defs` are its own. */
export interface Drawing {
  defs: string;
  body: string;
}

/** `#rrggbb` moved towards white (`amount` > 0) or black (< 0), by at most 1. */
export function shade(color: string, amount: number): string {
  const target = amount > 0 ? 255 : 0;
  const share = Math.abs(amount);
  const channels = [1, 3, 5].map((at) => Number.parseInt(color.slice(at, at + 2), 16));
  const mixed = channels.map((channel) => Math.round(channel + (target - channel) * share));
  return `#${mixed.map((channel) => channel.toString(16).padStart(2, '0')).join('')}`;
}

type Stop = [offset: number, color: string, opacity?: number];

const stops = (list: Stop[]) =>
  list
    .map(([at, color, opacity = 1]) => {
      return `<stop offset="${at}" stop-color="${color}" stop-opacity="${opacity}"/>`;
    })
    .join('');

/** Along the line from (x1, y1) to (x2, y2) of the shape's own box. */
export function linear(id: string, list: Stop[], line = [0, 0, 1, 0]): string {
  const [x1, y1, x2, y2] = line;
  return `<linearGradient id="${id}" x1="${x1}" y1="${y1}" x2="${x2}" y2="${y2}">${stops(list)}</linearGradient>`;
}

/** Around (cx, cy) of the shape's own box. */
export function radial(id: string, list: Stop[], [cx, cy, r] = [0.5, 0.5, 0.5]): string {
  return `<radialGradient id="${id}" cx="${cx}" cy="${cy}" r="${r}">${stops(list)}</radialGradient>`;
}

/** A round body seen from the side: key light on the left, a dark core, reflected light on the right. */
export function cylinder(id: string, color: string, gloss = 0.5): string {
  return linear(id, [
    [0, shade(color, -0.35)],
    [0.12, shade(color, 0.05)],
    [0.28, shade(color, gloss)],
    [0.42, shade(color, 0.08)],
    [0.75, shade(color, -0.42)],
    [0.92, shade(color, -0.5)],
    [1, shade(color, -0.28)],
  ]);
}

/** A ball: a highlight at the upper left, shade at the lower right. */
export function ball(id: string, color: string, gloss = 0.6): string {
  return radial(
    id,
    [
      [0, shade(color, gloss)],
      [0.35, shade(color, 0.1)],
      [0.8, shade(color, -0.35)],
      [1, shade(color, -0.5)],
    ],
    [0.34, 0.28, 0.8],
  );
}

/** A soft patch of light, without a filter (a blur of megapixels takes seconds). */
export function glow(cx: number, cy: number, rx: number, ry: number, opacity = 0.5): string {
  return `<ellipse cx="${cx}" cy="${cy}" rx="${rx}" ry="${ry}" fill="url(#soft-light)" opacity="${opacity}"/>`;
}

/** A soft shadow on the ground. */
export function shadow(cx: number, cy: number, rx: number, ry: number, opacity = 0.5): string {
  return `<ellipse cx="${cx}" cy="${cy}" rx="${rx}" ry="${ry}" fill="url(#soft-dark)" opacity="${opacity}"/>`;
}

export const SOFT_DEFS =
  radial('soft-light', [
    [0, '#ffffff', 1],
    [0.5, '#ffffff', 0.45],
    [1, '#ffffff', 0],
  ]) +
  radial('soft-dark', [
    [0, '#140c08', 1],
    [0.45, '#140c08', 0.55],
    [1, '#140c08', 0],
  ]);

/**
 * Threads of a fabric: parallel lines over the whole square, to be clipped by the caller. Plain lines,
 * as a pattern fill of megapixels takes a second.
 */
export function threads(step: number, angle: number): string {
  const rows = Array.from({ length: Math.ceil(1500 / step) }, (_, n) => -250 + n * step);
  const lines = (shift: number) => rows.map((y) => `M-250 ${(y + shift).toFixed(1)}H1250`).join('');
  return `<g transform="rotate(${angle} 500 500)" fill="none" stroke-width="${step * 0.27}">
    <path d="${lines(0)}" stroke="#000" stroke-opacity="0.24"/>
    <path d="${lines(step / 2)}" stroke="#fff" stroke-opacity="0.15"/>
  </g>`;
}

/** Clips `content` to `path`. */
export function inside(id: string, path: string, content: string): string {
  return `<clipPath id="${id}"><path d="${path}"/></clipPath><g clip-path="url(#${id})">${content}</g>`;
}
