// Handlers that the tests of the Lambda runtime deploy. The counter shows whether a process is used again.
let invocations = 0;
let ticks = 0;

export async function echo(event, context) {
  invocations += 1;
  return { event, invocations, pid: process.pid, requestId: context.awsRequestId, arn: context.invokedFunctionArn };
}

export const nested = { deep: { handler: async () => 'nested' } };

export async function nothing() {}

export async function environment() {
  return { variables: process.env, directory: process.cwd() };
}

export async function remaining(_event, context) {
  return { remaining: context.getRemainingTimeInMillis(), memory: context.memoryLimitInMB, name: context.functionName };
}

export async function fail(event) {
  throw new RangeError(`no such thing: ${event.thing}`);
}

export async function exit(event) {
  process.exit(event.code);
}

export async function throwLater() {
  await new Promise(() =>
    setTimeout(() => {
      throw new Error('nobody catches this');
    }, 1),
  );
}

export async function rejectUnhandled() {
  void Promise.reject(new Error('nobody awaits this'));
  await new Promise((resolve) => setTimeout(resolve, 10_000));
}

export async function spin() {
  process.stdout.write(`${process.pid}\n`);
  for (;;) {}
}

export async function stall() {
  await new Promise((resolve) => setTimeout(resolve, 60_000));
}

export async function takeMemory() {
  const kept = [];
  for (;;) {
    kept.push(new Array(100_000).fill(Math.random()));
  }
}

export async function write(event) {
  process.stdout.write(`${event.out}\n`);
  process.stderr.write(`${event.err}\n`);
}

/** Starts a timer that would tick all the time, and says how often it did. */
export async function tick() {
  if (ticks === 0) {
    ticks = 1;
    setInterval(() => {
      ticks += 1;
    }, 1);
  }
  return ticks;
}

/** Waits until the file is there. */
export async function waitFor(event) {
  const { access } = await import('node:fs/promises');
  for (;;) {
    try {
      await access(event.path);
      return process.pid;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
  }
}

/** Fails the messages whose body is "bad", and answers what a message tells it to answer. */
export async function consume(event) {
  const bodies = event.Records.map((record) => record.body);
  if (bodies.includes('throw')) {
    throw new Error('told to');
  }
  const told = bodies.find((body) => body.startsWith('answer:'));
  if (told !== undefined) {
    return JSON.parse(told.slice('answer:'.length));
  }
  const failed = event.Records.filter((record) => record.body === 'bad');
  return { batchItemFailures: failed.map((record) => ({ itemIdentifier: record.messageId })) };
}
