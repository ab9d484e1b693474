import { describe, expect, it } from '@jest/globals';
import type { LogLine } from '../../../lib/local-cloud/lambda/function.ts';
import { closeAfterEach, deploy } from './deployed.ts';
import { handlersFolder } from './handlers-folder.ts';

closeAfterEach();

describe('an invocation', () => {
  it('gives the handler the event and returns what it answers', async () => {
    const result = await deploy('index.echo').invoke({ a: 1 });
    expect(result.functionError).toBeUndefined();
    expect(JSON.parse(result.payload)).toMatchObject({
      event: { a: 1 },
      requestId: result.requestId,
      arn: 'arn:aws:lambda:eu-west-1:111111111111:function:worker',
    });
  });

  it('answers null for a handler that returns nothing', async () => {
    expect((await deploy('index.nothing').invoke({})).payload).toBe('null');
  });

  it('finds a nested export and a CommonJS module', async () => {
    expect((await deploy('index.nested.deep.handler').invoke({})).payload).toBe('"nested"');
    const answer = await deploy('commonjs.handler').invoke(7);
    expect(JSON.parse(answer.payload)).toEqual({ required: 'commonjs.cjs', event: 7 });
  });

  it('starts one process and uses it again', async () => {
    const echo = deploy('index.echo');
    const first = await echo.invoke({});
    const second = await echo.invoke({});
    expect([first.coldStart, second.coldStart]).toEqual([true, false]);
    expect(JSON.parse(second.payload)).toMatchObject({ invocations: 2, pid: JSON.parse(first.payload).pid });
    expect(second.requestId).not.toBe(first.requestId);
  });

  it('tells the handler its limits and the time that is left', async () => {
    const told = JSON.parse((await deploy('index.remaining', { timeoutSeconds: 9, memoryMb: 256 }).invoke({})).payload);
    expect(told).toMatchObject({ memory: '256', name: 'worker' });
    expect(told.remaining).toBeGreaterThan(0);
    expect(told.remaining).toBeLessThanOrEqual(9000);
  });

  it('sees only the variables of Lambda, of its role and its own', async () => {
    const credentials = () => ({ accessKeyId: 'ASIAKEY', secretAccessKey: 'SECRET', sessionToken: 'TOKEN' });
    const settings = { credentials, variables: { ROUTE: 'prod' }, memoryMb: 192 };
    const told = JSON.parse((await deploy('index.environment', settings).invoke({})).payload);
    expect(told.directory).toBe(handlersFolder);
    expect(told.variables).toMatchObject({
      _HANDLER: 'index.environment',
      LAMBDA_TASK_ROOT: handlersFolder,
      AWS_REGION: 'eu-west-1',
      AWS_LAMBDA_FUNCTION_NAME: 'worker',
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '192',
      AWS_ACCESS_KEY_ID: 'ASIAKEY',
      AWS_SECRET_ACCESS_KEY: 'SECRET',
      AWS_SESSION_TOKEN: 'TOKEN',
      ROUTE: 'prod',
    });
    expect(told.variables).not.toHaveProperty('HOME');
    expect(told.variables).not.toHaveProperty('NODE_OPTIONS');
  });

  it('hands over every line that the function writes, from both streams', async () => {
    const lines: LogLine[] = [];
    const all = new Promise<void>((done) => {
      const onLog = (line: LogLine) => {
        lines.push(line);
        if (lines.length === 3) {
          done();
        }
      };
      void deploy('index.write', { onLog }).invoke({ out: 'one\ntwo', err: 'three' });
    });
    await all;
    expect(lines).toContainEqual({ functionName: 'worker', stream: 'stdout', text: 'two' });
    expect(lines).toContainEqual({ functionName: 'worker', stream: 'stderr', text: 'three' });
  });
});
