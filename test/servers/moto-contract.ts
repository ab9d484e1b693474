import { type Check, type CheckResult, runChecks } from '../contract/check.ts';
import { motoS3Deviations } from '../contract/moto-deviations-s3.ts';
import { motoSqsDeviations, motoStsDeviations } from '../contract/moto-deviations-sqs-sts.ts';
import { createMotoS3Subject } from '../contract/moto-s3-subject.ts';
import { createMotoSubjects } from '../contract/moto-subjects.ts';
import { notificationChecks } from '../contract/notifications.ts';
import { s3Checks } from '../contract/s3.ts';
import { sqsChecks } from '../contract/sqs.ts';
import { stsChecks } from '../contract/sts.ts';

/** The checks of one service, and those among them that moto is known to fail, with what it does instead. */
export interface MotoSuite {
  readonly name: string;
  readonly deviations: Readonly<Record<string, string>>;
  run(endpoint: string): Promise<readonly CheckResult[]>;
}

/** Every contract that the project has. */
export const motoSuites: readonly MotoSuite[] = [
  suite('s3', s3Checks, motoS3Deviations, async (endpoint) =>
    createMotoS3Subject(endpoint, await createMotoSubjects(endpoint)),
  ),
  suite('sqs', sqsChecks, motoSqsDeviations, async (endpoint) => (await createMotoSubjects(endpoint)).sqs),
  suite('sts', stsChecks, motoStsDeviations, async (endpoint) => (await createMotoSubjects(endpoint)).sts),
  suite('notifications', notificationChecks, {}, async (endpoint) => {
    return { endpoint, accessKeyId: 'test', secretAccessKey: 'test' };
  }),
];

/** Puts a list of checks together with how to make what they need. */
function suite<Context>(
  name: string,
  checks: readonly Check<Context>[],
  deviations: Readonly<Record<string, string>>,
  createContext: (endpoint: string) => Promise<Context>,
): MotoSuite {
  return { name, deviations, run: async (endpoint) => runChecks(checks, await createContext(endpoint)) };
}
