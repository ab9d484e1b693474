import { describe, expect, it } from '@jest/globals';
import { closeAfterEach, deploy } from './deployed.ts';

closeAfterEach();

describe('a failing function', () => {
  it('reports what the handler threw, and serves the next invocation from the same process', async () => {
    const failing = deploy('index.fail');
    const result = await failing.invoke({ thing: 'x' });
    expect(result.functionError).toBe('Unhandled');
    expect(JSON.parse(result.payload)).toMatchObject({ errorType: 'RangeError', errorMessage: 'no such thing: x' });
    expect((await failing.invoke({ thing: 'y' })).coldStart).toBe(false);
  });

  it.each([
    ['broken.handler', 'Error', 'the module cannot start'],
    ['absent.handler', 'Runtime.ImportModuleError', "Error: Cannot find module 'absent'"],
    ['index.absent', 'Runtime.HandlerNotFound', 'index.absent is undefined or not exported'],
    ['index', 'Runtime.MalformedHandlerName', 'Bad handler index: expected FILE.EXPORT'],
  ])('reports that %s could not be loaded', async (handler, errorType, errorMessage) => {
    const result = await deploy(handler).invoke({});
    expect(result.functionError).toBe('Unhandled');
    expect(JSON.parse(result.payload)).toMatchObject({ errorType, errorMessage });
  });

  it.each([
    [3, 'Runtime exited with error: exit status 3'],
    [0, 'Runtime exited without providing a reason'],
  ])('reports a process that exited with %d, and starts another', async (code, reason) => {
    const exiting = deploy('index.exit');
    const result = await exiting.invoke({ code });
    expect(JSON.parse(result.payload)).toEqual({
      errorType: 'Runtime.ExitError',
      errorMessage: `RequestId: ${result.requestId} Error: ${reason}`,
    });
    expect((await exiting.invoke({ code })).coldStart).toBe(true);
  });

  it.each([
    ['index.throwLater', 'Runtime.UncaughtException', 'nobody catches this'],
    ['index.rejectUnhandled', 'Runtime.UnhandledPromiseRejection', 'nobody awaits this'],
  ])('reports the uncaught error of %s, and starts another process', async (handler, errorType, errorMessage) => {
    const failing = deploy(handler);
    expect(JSON.parse((await failing.invoke({})).payload)).toMatchObject({ errorType, errorMessage });
    expect((await failing.invoke({})).coldStart).toBe(true);
  });

  it.each(['index.spin', 'index.stall'])('kills %s when its time is up', async (handler) => {
    const slow = deploy(handler, { timeoutSeconds: 0.15 });
    const result = await slow.invoke({});
    expect(JSON.parse(result.payload)).toEqual({
      errorType: 'Sandbox.Timedout',
      errorMessage: `RequestId: ${result.requestId} Error: Task timed out after 0.15 seconds`,
    });
    expect((await slow.invoke({})).coldStart).toBe(true);
  });

  it('kills a module that does not come up in time', async () => {
    const result = await deploy('slow-start.handler', { initTimeoutSeconds: 0.2 }).invoke({});
    expect(JSON.parse(result.payload)).toMatchObject({ errorType: 'Sandbox.Timedout' });
  });

  it('ends a process that takes more memory than it was given', async () => {
    const result = await deploy('index.takeMemory', { memoryMb: 24, timeoutSeconds: 15 }).invoke({});
    expect(result.functionError).toBe('Unhandled');
    expect(JSON.parse(result.payload)).toMatchObject({
      errorType: 'Runtime.ExitError',
      errorMessage: expect.stringContaining('signal: aborted'),
    });
  });
});
