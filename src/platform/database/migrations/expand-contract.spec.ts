import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { PREVIOUS_RELEASE_TIMESTAMP } from '../migration-history.js';

const FOLDER = new URL('.', import.meta.url);
const migrationFiles = readdirSync(FOLDER).filter(
  (name) => Number(/^\d+/.exec(name)?.[0]) > PREVIOUS_RELEASE_TIMESTAMP,
);

interface Violation {
  problem: string;
  statement: string;
}

/** Statements that would break the previous release, which may still be running on the same tables. */
const CONTRACTING_STATEMENTS = [
  /\bDROP\s+(?:TABLE|COLUMN|TYPE|SCHEMA|VIEW)\b/i,
  /\bRENAME\b/i,
  /\bALTER\s+COLUMN\s+\S+\s+(?:TYPE|SET\s+NOT\s+NULL|DROP\s+DEFAULT)\b/i,
  /\bTRUNCATE\b/i,
];
/** A new column, which the INSERT statements of the previous release omit. */
const ADDED_COLUMN =
  /\bADD\s+(?:COLUMN\s+)?(?:IF\s+NOT\s+EXISTS\s+)?(?!CONSTRAINT\b|PRIMARY\b|UNIQUE\b|FOREIGN\b|CHECK\b)"?\w+"?\s(?:\([^)]*\)|[^,(])*/gi;
const ADDED_CONSTRAINT =
  /\bALTER\s+TABLE\s+(?:ONLY\s+)?"?(\w+)"?[^;]*?\bADD\s+(?:CONSTRAINT|PRIMARY\s+KEY|UNIQUE|FOREIGN\s+KEY|CHECK)\b/i;
const INDEX = /\bCREATE\s+(?:UNIQUE\s+)?INDEX\s+(?!CONCURRENTLY)[^;]*?\bON\s+"?(\w+)/i;
const TABLE = /\bCREATE\s+TABLE\s+(?:IF\s+NOT\s+EXISTS\s+)?"?(\w+)/gi;

const addsRequiredColumn = (statement: string): boolean =>
  (statement.match(ADDED_COLUMN) ?? []).some(
    (column) => /\bNOT\s+NULL\b/i.test(column) && !/\b(?:DEFAULT|GENERATED)\b/i.test(column),
  );

function findViolations(source: string): Violation[] {
  const [up] = /\bup\([\s\S]*?(?=\bdown\()/.exec(source) ?? [source];
  const statements = [...up.matchAll(/`([^`]*)`|'([^'\n]*)'/g)].map(([, a, b]) => a ?? b);
  const newTables = new Set([...up.matchAll(TABLE)].map(([, name]) => name));
  return statements.flatMap((statement) => {
    const indexedTable = INDEX.exec(statement)?.[1];
    const violations = CONTRACTING_STATEMENTS.filter((pattern) => pattern.test(statement)).map(
      () => 'breaks the previous release',
    );
    const constrainedTable = ADDED_CONSTRAINT.exec(statement)?.[1];
    const isExistingTable = constrainedTable && !newTables.has(constrainedTable);
    if (isExistingTable) violations.push('breaks the previous release');
    if (addsRequiredColumn(statement)) violations.push('breaks the previous release');
    if (indexedTable && !newTables.has(indexedTable))
      violations.push('locks the table: use CONCURRENTLY');
    if (/"?public"?\./i.test(statement)) violations.push('names the schema public');
    return violations.map((problem) => ({ problem, statement: statement.trim() }));
  });
}

describe('Migrations after version 0.2', () => {
  it('At least one migration after version 0.2 is checked', () => {
    expect(migrationFiles).not.toEqual([]);
  });

  it.each(migrationFiles)('Migration %s is compatible with the previous release', (name) => {
    expect(findViolations(readFileSync(new URL(name, FOLDER), 'utf8'))).toEqual([]);
  });
});

describe('findViolations()', () => {
  const buildMigration = (up: string) =>
    `class A { async up(r) { await r.query(\`${up}\`); } async down(r) { await r.query('DROP TABLE "a"'); } }`;

  it.each([
    ['CREATE INDEX "i" ON "images" ("id")', 'locks the table: use CONCURRENTLY'],
    ['CREATE UNIQUE INDEX i ON images (id)', 'locks the table: use CONCURRENTLY'],
    ['ALTER TABLE "images" DROP COLUMN "lease"', 'breaks the previous release'],
    ['ALTER TABLE "images" RENAME COLUMN "a" TO "b"', 'breaks the previous release'],
    ['ALTER TABLE "images" ALTER COLUMN "a" SET NOT NULL', 'breaks the previous release'],
    ['ALTER TABLE "images" ADD COLUMN "a" integer NOT NULL', 'breaks the previous release'],
    ['ALTER TABLE images ADD a text, ADD b text NOT NULL', 'breaks the previous release'],
    ['ALTER TABLE "images" ADD CONSTRAINT "c" CHECK (a > 0)', 'breaks the previous release'],
    ['ALTER TABLE images ADD UNIQUE (input_url)', 'breaks the previous release'],
    ['CREATE TYPE "public"."kind" AS ENUM(\'a\')', 'names the schema public'],
  ])('findViolations() rejects %s', (statement, problem) => {
    expect(findViolations(buildMigration(statement)).map((violation) => violation.problem)).toEqual(
      [problem],
    );
  });

  it.each([
    'CREATE INDEX CONCURRENTLY "i" ON "images" ("id")',
    'CREATE TABLE "t" ("id" int)`); await r.query(`CREATE INDEX "i" ON "t" ("id")',
    'ALTER TABLE "images" ADD COLUMN "a" integer',
    'ALTER TABLE "images" ADD "a" integer NOT NULL DEFAULT 0',
    'ALTER TABLE images ADD a numeric(4, 2) DEFAULT 0 NOT NULL',
    'CREATE TABLE "t" ("id" int)`); await r.query(`ALTER TABLE "t" ADD CONSTRAINT "c" UNIQUE ("id")',
  ])('findViolations() accepts %s', (statement) => {
    expect(findViolations(buildMigration(statement))).toEqual([]);
  });
});
