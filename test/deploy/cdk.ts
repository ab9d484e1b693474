import { join } from 'node:path';
import type { Processes } from '../servers/processes.ts';

const root = join(import.meta.dirname, '../..');

type Environment = Readonly<Record<string, string>>;

/** moto finds the template of a stack by an URL that holds this word, so it is part of the asset bucket's name. */
export const qualifier = 'localhost';

/** The `cdk` command, with a home and an output folder of its own. */
export class Cdk {
  readonly outdir: string;
  readonly #processes: Processes;
  readonly #folder: string;

  constructor(processes: Processes, folder: string) {
    this.#processes = processes;
    this.#folder = folder;
    this.outdir = join(folder, 'cdk.out');
  }

  /** Makes an account and region ready for deployments by another account. */
  async bootstrap(account: string, region: string, trusted: string, credentials: Environment): Promise<void> {
    const admin = 'arn:aws:iam::aws:policy/AdministratorAccess';
    const options = ['--qualifier', qualifier, '--trust', trusted, '--cloudformation-execution-policies', admin];
    await this.#run(['bootstrap', '--app', this.outdir, ...options, `aws://${account}/${region}`], credentials);
  }

  /** Writes the templates and assets of a configuration. */
  async synth(config: string): Promise<void> {
    const context = [`config=${config}`, 'createSources=true', `@aws-cdk/core:bootstrapQualifier=${qualifier}`];
    await this.#run(['synth', '--quiet', '--output', this.outdir, ...context.flatMap((text) => ['-c', text])], {});
  }

  /** Deploys what was written; resolves to what the command said. Change sets are left out: moto forgets their outputs. */
  deploy(credentials: Environment): Promise<string> {
    const options = ['--all', '--method', 'direct', '--require-approval', 'never', '--concurrency', '2'];
    return this.#run(['deploy', '--app', this.outdir, ...options], credentials);
  }

  async #run(args: readonly string[], credentials: Environment): Promise<string> {
    const env = { ...quiet, HOME: this.#folder, ...credentials };
    const program = join(root, 'node_modules/.bin/cdk');
    const { code, stdout, stderr } = await this.#processes.run([program, ...args], env);
    if (code !== 0) {
      throw new Error(`cdk ${args[0]} ended with ${code}: ${`${stdout}${stderr}`.slice(-2000)}`);
    }
    return `${stdout}${stderr}`;
  }
}

/** Nothing is looked up on the network. */
const quiet: Environment = {
  CI: 'true',
  NODE_NO_WARNINGS: '1',
  CDK_DISABLE_CLI_TELEMETRY: 'true',
  AWS_EC2_METADATA_DISABLED: 'true',
};
