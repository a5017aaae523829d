import { ValidateBy } from 'class-validator';

/** The variable's own parser decides, and its sentence is what the operator reads. */
export const ParsedBy = (parse: (text: string) => unknown) => {
  const reason = (value: unknown): string | undefined => {
    try {
      parse(String(value));
      return undefined;
    } catch (error) {
      return (error as Error).message;
    }
  };
  return ValidateBy({
    name: 'parsedBy',
    validator: {
      validate: (value) => reason(value) === undefined,
      defaultMessage: (args) => reason(args?.value) ?? '',
    },
  });
};
