import { join } from 'node:path';
import { Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { DeploymentError } from '../lib/policy/deployed-store.ts';
import { findConfiguration } from './configuration.ts';
import { addStacks, createApp } from './deployment.ts';

// The CDK app, run by the `cdk` command from the folder of cdk.json. docs/deploy.md describes its context values.

const app = createApp();

function contextText(name: string): string | undefined {
  const value: unknown = app.node.tryGetContext(name);
  return value === undefined ? undefined : String(value);
}

function contextMinutes(name: string): number | undefined {
  const text = contextText(name);
  if (text !== undefined && !/^[1-9]\d{0,4}$/.test(text)) {
    throw new DeploymentError(`-c ${name}=${text} is no number of minutes; write it like -c ${name}=15`);
  }
  return text === undefined ? undefined : Number(text);
}

function note(text: string): void {
  process.stderr.write(`statesync: ${text}\n`);
}

try {
  const { config, notes } = await findConfiguration('.', contextText('config'));
  const alarmTopic = contextText('alarmTopic');
  const heldMinutes = contextMinutes('heldMinutes');
  const leftOut = addStacks(app, {
    config,
    bundles: join('dist', 'functions'),
    createSources: contextText('createSources') === 'true',
    ...(alarmTopic !== undefined && { alarmTopic }),
    ...(heldMinutes !== undefined && { heldMinutes }),
  });
  for (const text of [...notes, ...leftOut.map((reason) => `left out: ${reason}`)]) {
    note(text);
  }
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  app.synth();
} catch (error) {
  if (!(error instanceof DeploymentError)) {
    throw error;
  }
  note(error.message);
  process.exitCode = 1;
}
