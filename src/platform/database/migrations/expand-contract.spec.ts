import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

/** Migrations up to this timestamp were made before the rule. */
const LAST_UNCHECKED = 1795500000000;

const FOLDER = new URL('.', import.meta.url);
const files = readdirSync(FOLDER).filter((name) => Number(/^\d+/.exec(name)?.[0]) > LAST_UNCHECKED);

interface Violation {
  problem: string;
  statement: string;
}

/** Statements that would stop the previous release, which still runs on the same tables. */
const CONTRACTING = [
  /\bDROP\s+(?:TABLE|COLUMN|TYPE|SCHEMA|VIEW)\b/i,
  /\bRENAME\b/i,
  /\bALTER\s+COLUMN\s+\S+\s+(?:TYPE|SET\s+NOT\s+NULL|DROP\s+DEFAULT)\b/i,
  /\bTRUNCATE\b/i,
];
const INDEX = /\bCREATE\s+(?:UNIQUE\s+)?INDEX\s+(?!CONCURRENTLY)[^;]*?\bON\s+"?(\w+)/i;
const TABLE = /\bCREATE\s+TABLE\s+(?:IF\s+NOT\s+EXISTS\s+)?"?(\w+)/gi;

function findViolations(source: string): Violation[] {
  const [up] = /\bup\([\s\S]*?(?=\bdown\()/.exec(source) ?? [source];
  const statements = [...up.matchAll(/`([^`]*)`|'([^'\n]*)'/g)].map(([, a, b]) => a ?? b);
  const newTables = new Set([...up.matchAll(TABLE)].map(([, name]) => name));
  return statements.flatMap((statement) => {
    const table = INDEX.exec(statement)?.[1];
    const violations = CONTRACTING.filter((pattern) => pattern.test(statement)).map(
      () => 'stops the previous release',
    );
    if (table && !newTables.has(table)) violations.push('locks the table: use CONCURRENTLY');
    if (/"?public"?\./i.test(statement)) violations.push('names the schema public');
    return violations.map((problem) => ({ problem, statement: statement.trim() }));
  });
}

describe('the migrations after version 0.2', () => {
  it('the migrations after version 0.2 exist, so that this spec checks something', () => {
    expect(files).not.toEqual([]);
  });

  it.each(files)(
    'the migrations after version 0.2 %s keeps the previous release running',
    (name) => {
      expect(findViolations(readFileSync(new URL(name, FOLDER), 'utf8'))).toEqual([]);
    },
  );
});

describe('the check of migrations', () => {
  const migration = (up: string) =>
    `class A { async up(r) { await r.query(\`${up}\`); } async down(r) { await r.query('DROP TABLE "a"'); } }`;

  it.each([
    ['CREATE INDEX "i" ON "images" ("id")', 'locks the table: use CONCURRENTLY'],
    ['CREATE UNIQUE INDEX i ON images (id)', 'locks the table: use CONCURRENTLY'],
    ['ALTER TABLE "images" DROP COLUMN "lease"', 'stops the previous release'],
    ['ALTER TABLE "images" RENAME COLUMN "a" TO "b"', 'stops the previous release'],
    ['ALTER TABLE "images" ALTER COLUMN "a" SET NOT NULL', 'stops the previous release'],
    ['CREATE TYPE "public"."kind" AS ENUM(\'a\')', 'names the schema public'],
  ])('the check of migrations rejects %s', (statement, problem) => {
    expect(findViolations(migration(statement)).map((found) => found.problem)).toEqual([problem]);
  });

  it.each([
    'CREATE INDEX CONCURRENTLY "i" ON "images" ("id")',
    'CREATE TABLE "t" ("id" int)`); await r.query(`CREATE INDEX "i" ON "t" ("id")',
    'ALTER TABLE "images" ADD COLUMN "a" integer',
  ])('the check of migrations accepts %s', (statement) => {
    expect(findViolations(migration(statement))).toEqual([]);
  });
});
