import { checkCapabilities } from './checks/capabilities.ts';
import { checkClasses } from './checks/classes.ts';
import { checkControl } from './checks/control.ts';
import { checkLoops } from './checks/loops.ts';
import { checkNames } from './checks/names.ts';
import { checkOverlaps } from './checks/overlaps.ts';
import { warnOfPlainHttp } from './checks/plain-http.ts';
import { checkSensitive, warnOfIncomplete } from './checks/sensitive.ts';
import { checkContexts, checkEndpointPaths, checkRegions, checkStoreFields } from './checks/store-fields.ts';
import { checkValidate } from './checks/validate.ts';
import { checkWaivers } from './checks/waivers.ts';
import { type Draft, draftOf } from './draft.ts';
import type { Environment } from './env.ts';
import type { Finding } from './finding.ts';
import type { Problem } from './problem.ts';
import type { Config } from './schema.ts';
import { schemaFindings } from './schema-findings.ts';
import { readYaml, type YamlSource } from './yaml-source.ts';

type Check = (draft: Draft) => readonly Finding[];

const checks: readonly Check[] = [
  checkStoreFields,
  checkRegions,
  checkEndpointPaths,
  checkContexts,
  checkCapabilities,
  checkNames,
  checkControl,
  checkLoops,
  checkOverlaps,
  checkSensitive,
  checkClasses,
  checkValidate,
  checkWaivers,
];
const warnings: readonly Check[] = [warnOfIncomplete, warnOfPlainHttp];

/** A configuration that may be used, or everything that is wrong with it. */
export type ParsedConfig =
  | {
      readonly ok: true;
      readonly config: Config;
      readonly warnings: readonly Problem[];
      /** Where each value stands. */
      readonly source: Pick<YamlSource, 'positionOf'>;
    }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/**
 * Reads a configuration file. All problems come in one go, in the order of the file; no text makes it throw.
 *
 * The environment counts only for what it decides when stores are opened: where a store is that has no endpoint of its own.
 */
export function parseConfig(text: string, fileName: string, environment: Environment = {}): ParsedConfig {
  const source = readYaml(text, fileName);
  if (source.value === undefined && source.problems.length > 0) {
    return { ok: false, problems: inOrder(source.problems) };
  }
  const draft = draftOf(source.value, environment);
  const problems = [
    ...source.problems,
    ...positioned(source, [...schemaFindings(source.value), ...checks.flatMap((check) => check(draft))]),
  ];
  if (problems.length > 0) {
    return { ok: false, problems: inOrder(problems) };
  }
  const warned = positioned(
    source,
    warnings.flatMap((check) => check(draft)),
  );
  return { ok: true, config: source.value as Config, warnings: inOrder(warned), source };
}

function positioned(source: YamlSource, findings: readonly Finding[]): readonly Problem[] {
  return findings.map(({ path, message, part }) => source.problemAt(path, message, part));
}

/** In the order of the file, each once: the YAML parser finds some mistakes twice. */
function inOrder(problems: readonly Problem[]): readonly Problem[] {
  const unique = new Map(problems.map((problem) => [`${problem.line}:${problem.column} ${problem.message}`, problem]));
  return [...unique.values()].sort((a, b) => a.line - b.line || a.column - b.column);
}
