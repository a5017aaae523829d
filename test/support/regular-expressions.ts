import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** A regular expression of the sources and its position. */
export interface FoundExpression {
  /** `src/platform/catalog/image-cell/url-syntax.ts:12`. */
  at: string;
  /** Between the slashes. */
  source: string;
  flags: string;
}

export interface FoundExpressions {
  literals: FoundExpression[];
  /** Calls of `RegExp`, whose pattern is not known before the app runs. */
  built: string[];
}

/** Reads every regular expression of the TypeScript files in `folders`, without their specs. */
export function findRegularExpressions(folders: readonly string[]): FoundExpressions {
  const found: FoundExpressions = { literals: [], built: [] };
  for (const folder of folders) {
    for (const path of listSources(ROOT + folder)) {
      const name = relative(ROOT, path).split(sep).join('/');
      const part = readRegularExpressions(name, readFileSync(path, 'utf8'));
      found.literals.push(...part.literals);
      found.built.push(...part.built);
    }
  }
  return found;
}

/** Reads the regular expressions of one file by the parser of TypeScript. */
export function readRegularExpressions(name: string, text: string): FoundExpressions {
  const found: FoundExpressions = { literals: [], built: [] };
  const file = ts.createSourceFile(name, text, ts.ScriptTarget.Latest, true);
  const visit = (node: ts.Node): void => {
    const at = () => `${name}:${file.getLineAndCharacterOfPosition(node.getStart(file)).line + 1}`;
    if (ts.isRegularExpressionLiteral(node)) {
      const end = node.text.lastIndexOf('/');
      found.literals.push({
        at: at(),
        source: node.text.slice(1, end),
        flags: node.text.slice(end + 1),
      });
    } else if (
      (ts.isNewExpression(node) || ts.isCallExpression(node)) &&
      node.expression.getText(file) === 'RegExp'
    ) {
      found.built.push(at());
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

function listSources(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => /\.tsx?$/.test(path) && !/\.(?:spec|d)\.ts$/.test(path))
    .map((path) => join(folder, path));
}
