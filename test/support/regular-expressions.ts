import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** A regular expression in the source code, and its location. */
export interface LocatedExpression {
  /** For example, `src/platform/catalog/image-cell/url-syntax.ts:12`. */
  location: string;
  /** Pattern between the slashes. */
  source: string;
  flags: string;
}

export interface LocatedExpressions {
  literals: LocatedExpression[];
  /** Locations of `RegExp` calls, whose patterns are known only at run time. */
  constructorCalls: string[];
}

/** Reads every regular expression in the TypeScript files of `folders`, except specs. */
export function findRegularExpressions(folders: readonly string[]): LocatedExpressions {
  const expressions: LocatedExpressions = { literals: [], constructorCalls: [] };
  for (const folder of folders) {
    for (const path of listSources(ROOT + folder)) {
      const name = relative(ROOT, path).split(sep).join('/');
      const fileExpressions = readRegularExpressions(name, readFileSync(path, 'utf8'));
      expressions.literals.push(...fileExpressions.literals);
      expressions.constructorCalls.push(...fileExpressions.constructorCalls);
    }
  }
  return expressions;
}

/** Reads the regular expressions in one file with the TypeScript parser. */
export function readRegularExpressions(name: string, text: string): LocatedExpressions {
  const expressions: LocatedExpressions = { literals: [], constructorCalls: [] };
  const file = ts.createSourceFile(name, text, ts.ScriptTarget.Latest, true);
  const visit = (node: ts.Node): void => {
    const location = () =>
      `${name}:${file.getLineAndCharacterOfPosition(node.getStart(file)).line + 1}`;
    if (ts.isRegularExpressionLiteral(node)) {
      const end = node.text.lastIndexOf('/');
      expressions.literals.push({
        location: location(),
        source: node.text.slice(1, end),
        flags: node.text.slice(end + 1),
      });
    } else if (
      (ts.isNewExpression(node) || ts.isCallExpression(node)) &&
      node.expression.getText(file) === 'RegExp'
    ) {
      expressions.constructorCalls.push(location());
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return expressions;
}

function listSources(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => /\.tsx?$/.test(path) && !/\.(?:spec|d)\.ts$/.test(path))
    .map((path) => join(folder, path));
}
