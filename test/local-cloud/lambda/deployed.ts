import { afterEach } from '@jest/globals';
import { type FunctionSettings, LambdaFunction } from '../../../lib/local-cloud/lambda/function.ts';
import { handlersFolder } from './handlers-folder.ts';

const deployed: LambdaFunction[] = [];

/** A function over the tests' handlers, closed after the test. */
export function deploy(handler: string, settings: Partial<FunctionSettings> = {}): LambdaFunction {
  const made = new LambdaFunction({
    name: 'worker',
    arn: 'arn:aws:lambda:eu-west-1:111111111111:function:worker',
    region: 'eu-west-1',
    root: handlersFolder,
    handler,
    ...settings,
  });
  deployed.push(made);
  return made;
}

/** Closes what `deploy` made, after each test of the file that calls this. */
export function closeAfterEach(): void {
  afterEach(async () => {
    await Promise.all(deployed.splice(0).map((each) => each.close()));
  });
}
