/** What becomes of a configuration that is invalid: kept back, or copied and told of. */
export type GateMode = 'enforce' | 'warn';

/** A file of a configuration, as it was read at the source. */
export interface ConfigurationFile {
  readonly key: string;
  /** Undefined where it is larger than any such file can be; it was not read. */
  readonly text: string | undefined;
}

/** A cluster's configuration as one set, and what is known beside it: what a gate judges. */
export interface ConfigurationTexts {
  /** The cluster, as its keys begin; empty for a store that begins inside it. */
  readonly cluster: string;
  readonly config: ConfigurationFile;
  readonly instanceGroups: readonly ConfigurationFile[];
  /** `cluster-completed.spec`: the cluster as it was applied last. Undefined where it never was. */
  readonly applied: ConfigurationFile | undefined;
  /** `kops-version.txt`: the kOps that applied it. */
  readonly kopsVersion: ConfigurationFile | undefined;
}

/** Why a gate objects to a configuration. Of bounded length. */
export interface Objection {
  readonly cluster: string;
  /** Ids of the rules that are broken, each once; none where the configuration could not be judged. */
  readonly rules: readonly string[];
  /** What is wrong, in words. */
  readonly reason: string;
}

/** Stands between the configuration at a source and its replicas. */
export interface Gate {
  readonly mode: GateMode;
  /** Resolves to what is wrong with a configuration; undefined where it is valid. */
  judge(texts: ConfigurationTexts): Promise<Objection | undefined>;
}
