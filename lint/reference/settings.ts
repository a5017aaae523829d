/** Reads the settings and their doc comments from `src/platform/config`. */
import { readFileSync } from 'node:fs';
import ts from 'typescript';
import { Env } from '../../src/platform/config/env.js';
import { toFileVariable } from '../../src/platform/config/secret-files.js';
import { listSecretSettings } from '../../src/platform/config/secret-setting.js';
import { wrap } from './wrap.js';

const ROOT = new URL('../../', import.meta.url);

/** Files in inheritance order, which is also the order of the settings. */
const SOURCES = [
  'access-env.ts',
  'admin-env.ts',
  'storage-env.ts',
  'redis-env.ts',
  'database-env.ts',
  'role-env.ts',
  'server-env.ts',
  'telemetry-env.ts',
  'listen-env.ts',
  'webhook-env.ts',
  'transfer-env.ts',
  'processing-env.ts',
];

export interface Setting {
  name: string;
  /** Title of a section that starts with this setting. Undefined if the setting belongs to the previous section. */
  section?: string;
  description: string;
  /** Inclusive bounds of an integer. */
  range?: string;
  default: string;
  /** Name of the variable that contains the path of a file with the value. Only secrets have one. */
  fileVariable?: string;
}

/** Returns all settings in the order of `Env`. */
export const readAllSettings = (): Setting[] => SOURCES.flatMap(readSettings);

/** Reads the settings of one file: every property of its class that has a doc comment. */
function readSettings(file: string): Setting[] {
  const text = readFileSync(new URL(`src/platform/config/${file}`, ROOT), 'utf8');
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const defaults = new Env();
  const secrets = listSecretSettings(defaults);
  const settings: Setting[] = [];
  for (const statement of source.statements) {
    if (!ts.isClassDeclaration(statement)) continue;
    for (const member of statement.members) {
      const name = member.name?.getText(source) ?? '';
      if (!ts.isPropertyDeclaration(member) || !(name in defaults)) continue;
      const comment = ts.getJSDocCommentsAndTags(member).find(ts.isJSDoc);
      if (!comment) throw new Error(`${name} has no doc comment in ${file}`);
      const description = ts.getTextOfJSDocComment(comment.comment) ?? '';
      const section = comment.tags?.find((tag) => tag.tagName.text === 'section');
      settings.push({
        name,
        section: section && ts.getTextOfJSDocComment(section.comment),
        description: description.replaceAll(/\s+/g, ' '),
        range: readRange(member),
        // The number of cores differs between machines.
        default: name === 'DECODERS' ? '' : String(defaults[name as keyof Env] ?? ''),
        fileVariable: secrets.has(name) ? toFileVariable(name) : undefined,
      });
    }
  }
  return settings;
}

function readRange(member: ts.PropertyDeclaration): string | undefined {
  const [min, max] = ['Min', 'Max'].map((decorator) => {
    for (const { expression } of ts.getDecorators(member) ?? []) {
      if (ts.isCallExpression(expression) && expression.expression.getText() === decorator)
        return expression.arguments[0].getText().replaceAll('_', ',');
    }
    return undefined;
  });
  if (min === undefined) return undefined;
  return max === undefined ? `${min} or more` : `${min} to ${max}`;
}

const listDetails = ({
  default: value,
  range,
  fileVariable: file,
}: Pick<Setting, 'default' | 'range' | 'fileVariable'>) => [
  `- Default: ${value === '' ? 'none' : `\`${value}\``}`,
  ...(range ? [`- Range: ${range}`] : []),
  ...(file ? [`- File: \`${file}\``] : []),
];

/** Returns the page `docs/reference/configuration.md`. */
export function toConfigurationPage(settings: Setting[]): string {
  const blocks = settings.flatMap(({ name, section, description, ...setting }) => [
    ...(section ? [`## ${section}`] : []),
    `### \`${name}\``,
    wrap(description, 110).join('\n'),
    listDetails(setting).join('\n'),
  ]);
  return `${[
    `<!-- Generated from src/platform/config by \`npm run reference\`. -->`,
    '# Configuration',
    wrap(
      'Settings are environment variables, or lines of a file `.env` in the working directory. Environment variables ' +
        'take precedence over the file. No setting is required. With an invalid value, the app does not start and ' +
        'prints one line for each problem.',
      110,
    ).join('\n'),
    wrap(
      'Each secret can be in a file instead, as Docker and Kubernetes mount secrets: `DATABASE_URL_FILE=/run/secrets/database_url`. ' +
        'The file is read once, when the app starts. A trailing line break is ignored. ' +
        'The app does not start if a variable and its file are both set, or if the file is empty or cannot be read. ' +
        'Settings with a line "File" below are secrets.',
      110,
    ).join('\n'),
    ...blocks,
  ].join('\n\n')}\n`;
}

/** Returns the file `.env.example`. */
export function toEnvExample(settings: Setting[]): string {
  const blocks = settings.flatMap(
    ({ name, section, description, default: value, fileVariable: file }) => [
      ...(section ? [`# --- ${section} ---`] : []),
      [
        ...wrap(description.replaceAll('`', ''), 100).map((line) => `# ${line}`),
        ...(file ? [`# ${file} can name a file with the value.`] : []),
        `#${name}=${value}`,
      ].join('\n'),
    ],
  );
  return `${[
    `# All settings with their defaults, generated by \`npm run reference\`. Copy this file to .env and remove the "#"\n` +
      '# of each setting that you change. Environment variables take precedence over this file.',
    ...blocks,
  ].join('\n\n')}\n`;
}
