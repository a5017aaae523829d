/** Drawing functions for the example images. They return SVG in a 1000-unit square, lit from the upper left. */

/** A drawn object. `body` is centered at x = 500, on the floor line at y = 800. IDs in `defs` must be unique. */
export interface Drawing {
  defs: string;
  body: string;
}

/** Lightens (`amount` > 0) or darkens (`amount` < 0) a `#rrggbb` color. 1 is white, -1 is black. */
export function shade(color: string, amount: number): string {
  const target = amount > 0 ? 255 : 0;
  const fraction = Math.abs(amount);
  const channels = [1, 3, 5].map((start) => Number.parseInt(color.slice(start, start + 2), 16));
  const mixed = channels.map((channel) => Math.round(channel + (target - channel) * fraction));
  return `#${mixed.map((channel) => channel.toString(16).padStart(2, '0')).join('')}`;
}

type GradientStop = [offset: number, color: string, opacity?: number];

const renderStops = (stops: GradientStop[]) =>
  stops
    .map(([offset, color, opacity = 1]) => {
      return `<stop offset="${offset}" stop-color="${color}" stop-opacity="${opacity}"/>`;
    })
    .join('');

/** Returns a gradient along the line from (x1, y1) to (x2, y2) in the shape's bounding box. */
export function createLinearGradient(
  id: string,
  stops: GradientStop[],
  line = [0, 0, 1, 0],
): string {
  const [x1, y1, x2, y2] = line;
  return `<linearGradient id="${id}" x1="${x1}" y1="${y1}" x2="${x2}" y2="${y2}">${renderStops(stops)}</linearGradient>`;
}

/** Returns a gradient around (cx, cy) in the shape's bounding box. */
export function createRadialGradient(
  id: string,
  stops: GradientStop[],
  [cx, cy, r] = [0.5, 0.5, 0.5],
): string {
  return `<radialGradient id="${id}" cx="${cx}" cy="${cy}" r="${r}">${renderStops(stops)}</radialGradient>`;
}

/** Shades a cylinder: key light on the left, a dark core, reflected light on the right. */
export function createCylinderGradient(id: string, color: string, gloss = 0.5): string {
  return createLinearGradient(id, [
    [0, shade(color, -0.35)],
    [0.12, shade(color, 0.05)],
    [0.28, shade(color, gloss)],
    [0.42, shade(color, 0.08)],
    [0.75, shade(color, -0.42)],
    [0.92, shade(color, -0.5)],
    [1, shade(color, -0.28)],
  ]);
}

/** Shades a ball: a highlight at the upper left, shade at the lower right. */
export function createBallGradient(id: string, color: string, gloss = 0.6): string {
  return createRadialGradient(
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

/** Draws a soft patch of light. Uses no filter, because blurring megapixels takes seconds. */
export function drawGlow(cx: number, cy: number, rx: number, ry: number, opacity = 0.5): string {
  return `<ellipse cx="${cx}" cy="${cy}" rx="${rx}" ry="${ry}" fill="url(#soft-light)" opacity="${opacity}"/>`;
}

/** Draws a soft shadow on the ground. */
export function drawShadow(cx: number, cy: number, rx: number, ry: number, opacity = 0.5): string {
  return `<ellipse cx="${cx}" cy="${cy}" rx="${rx}" ry="${ry}" fill="url(#soft-dark)" opacity="${opacity}"/>`;
}

export const SOFT_DEFS =
  createRadialGradient('soft-light', [
    [0, '#ffffff', 1],
    [0.5, '#ffffff', 0.45],
    [1, '#ffffff', 0],
  ]) +
  createRadialGradient('soft-dark', [
    [0, '#140c08', 1],
    [0.45, '#140c08', 0.55],
    [1, '#140c08', 0],
  ]);

/**
 * Draws the threads of a fabric as parallel lines over the whole square. The caller clips them. Uses lines, because
 * a pattern fill of megapixels takes a second.
 */
export function drawThreads(step: number, angle: number): string {
  const lineYs = Array.from({ length: Math.ceil(1500 / step) }, (_, n) => -250 + n * step);
  const drawLines = (shift: number) =>
    lineYs.map((y) => `M-250 ${(y + shift).toFixed(1)}H1250`).join('');
  return `<g transform="rotate(${angle} 500 500)" fill="none" stroke-width="${step * 0.27}">
    <path d="${drawLines(0)}" stroke="#000" stroke-opacity="0.24"/>
    <path d="${drawLines(step / 2)}" stroke="#fff" stroke-opacity="0.15"/>
  </g>`;
}

/** Clips `content` to `path`. */
export function clip(id: string, path: string, content: string): string {
  return `<clipPath id="${id}"><path d="${path}"/></clipPath><g clip-path="url(#${id})">${content}</g>`;
}
