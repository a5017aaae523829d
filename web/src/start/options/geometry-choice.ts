/** How an image is placed in one output, as chosen in the form. */
export interface GeometryChoice {
  background: Background;
  /** `#rrggbb` of the background `color`. */
  color: string;
  /** Removes borders of one color. */
  trim: boolean;
  /** Text of the input: percent of the shorter side. Empty for none. */
  padding: string;
  /** Scales small images up. */
  enlarge: boolean;
}

export type Background = 'automatic' | 'color' | 'transparent';

export const BACKGROUNDS: { value: Background; name: string }[] = [
  { value: 'automatic', name: 'Automatic' },
  { value: 'color', name: 'Color' },
  { value: 'transparent', name: 'Transparent' },
];

/** Limit of the API, in percent. */
export const MAX_PADDING = 40;

export const DEFAULT_GEOMETRY: GeometryChoice = {
  background: 'automatic',
  color: '#ffffff',
  trim: false,
  padding: '',
  enlarge: false,
};

/** Members in the API. */
export const GEOMETRY_MEMBERS = ['background', 'trim', 'padding', 'enlarge'] as const;

/** Accepts an empty text, which means no margin. */
export const isPadding = (text: string): boolean => {
  const percent = Number(text);
  return percent >= 0 && percent <= MAX_PADDING;
};

/** Returns the members of the API that differ from their defaults. */
export const geometryFields = ({ background, color, trim, padding, enlarge }: GeometryChoice) => ({
  ...(background !== 'automatic' && {
    background: background === 'color' ? color : background,
  }),
  ...(trim && { trim }),
  ...(Number(padding) > 0 && { padding: Number(padding) }),
  ...(enlarge && { enlarge }),
});

export const isDefaultGeometry = (choice: GeometryChoice): boolean =>
  Object.keys(geometryFields(choice)).length === 0 && choice.padding === '';
