import { ValidateBy } from 'class-validator';

/** Validates a setting with its parser. The parser's error message becomes the validation error. */
export const ParsedBy = (parse: (text: string) => unknown) => {
  const findError = (value: unknown): string | undefined => {
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
      validate: (value) => findError(value) === undefined,
      defaultMessage: (args) => findError(args?.value) ?? '',
    },
  });
};
