/** Borders, margins and background of an output, as chosen in the form. */
export interface GeometryChoice {
  background: Background;
  /** Background color as `#rrggbb`, if the background is `color`. */
  color: string;
  /** Removes single-color borders. */
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

/** Maximum margin that the API accepts. */
export const MAX_PADDING_PERCENT = 40;

export const DEFAULT_GEOMETRY: GeometryChoice = {
  background: 'automatic',
  color: '#ffffff',
  trim: false,
  padding: '',
  enlarge: false,
};

/** Fields of an output in the API. */
export const GEOMETRY_FIELDS = ['background', 'trim', 'padding', 'enlarge'] as const;

/** Accepts empty text, which means no margin. */
export const isValidPadding = (text: string): boolean => {
  const percent = Number(text);
  return percent >= 0 && percent <= MAX_PADDING_PERCENT;
};

/** Returns the API fields that differ from their defaults. */
export const toGeometryFields = ({
  background,
  color,
  trim,
  padding,
  enlarge,
}: GeometryChoice) => ({
  ...(background !== 'automatic' && {
    background: background === 'color' ? color : background,
  }),
  ...(trim && { trim }),
  ...(Number(padding) > 0 && { padding: Number(padding) }),
  ...(enlarge && { enlarge }),
});

export const isDefaultGeometry = (choice: GeometryChoice): boolean =>
  Object.keys(toGeometryFields(choice)).length === 0 && choice.padding === '';
