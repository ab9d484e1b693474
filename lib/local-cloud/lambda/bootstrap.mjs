// Runs one function in its own process: loads the handler, then asks the Runtime API (version 2018-06-01) for one
// invocation after another. Plain JavaScript, because Node.js starts it as it is.
import { existsSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { posix } from 'node:path';
import { pathToFileURL } from 'node:url';

// biome-ignore lint/style/noProcessEnv: the environment is how Lambda tells a runtime its address and handler.
const variables = process.env;
const [host, port] = variables.AWS_LAMBDA_RUNTIME_API.split(':');
const agent = new Agent({ keepAlive: true });
let current;

process.on('uncaughtException', (error) => void dieOf(error, 'Runtime.UncaughtException'));
process.on('unhandledRejection', (reason) => void dieOf(reason, 'Runtime.UnhandledPromiseRejection'));

const handler = await loadHandler(variables._HANDLER).catch((error) => dieOf(error, error.name));
for (;;) {
  await serveOne(handler);
}

async function serveOne(handle) {
  const { headers, body } = await call('GET', '/invocation/next');
  const id = headers['lambda-runtime-aws-request-id'];
  current = id;
  try {
    const result = await handle(JSON.parse(body), contextOf(headers));
    await call('POST', `/invocation/${id}/response`, JSON.stringify(result ?? null));
  } catch (error) {
    await call('POST', `/invocation/${id}/error`, describe(error));
  }
  current = undefined;
}

async function loadHandler(name) {
  const parts = /^([^.]+)\.(.+)$/.exec(posix.basename(name));
  if (parts === null) {
    throw named('Runtime.MalformedHandlerName', `Bad handler ${name}: expected FILE.EXPORT`);
  }
  const stem = posix.join(variables.LAMBDA_TASK_ROOT, posix.dirname(name), parts[1]);
  const file = ['.js', '.mjs', '.cjs'].map((extension) => stem + extension).find((path) => existsSync(path));
  if (file === undefined) {
    throw named('Runtime.ImportModuleError', `Error: Cannot find module '${parts[1]}'`);
  }
  const module = await import(pathToFileURL(file).href);
  const found = exported(module, parts[2]) ?? exported(module.default, parts[2]);
  if (typeof found !== 'function') {
    throw named('Runtime.HandlerNotFound', `${name} is undefined or not exported`);
  }
  return found;
}

function exported(module, path) {
  return path.split('.').reduce((value, name) => value?.[name], module);
}

function contextOf(headers) {
  const deadline = Number(headers['lambda-runtime-deadline-ms']);
  return {
    awsRequestId: headers['lambda-runtime-aws-request-id'],
    invokedFunctionArn: headers['lambda-runtime-invoked-function-arn'],
    functionName: variables.AWS_LAMBDA_FUNCTION_NAME,
    functionVersion: variables.AWS_LAMBDA_FUNCTION_VERSION,
    memoryLimitInMB: variables.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    logGroupName: variables.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: variables.AWS_LAMBDA_LOG_STREAM_NAME,
    callbackWaitsForEmptyEventLoop: true,
    getRemainingTimeInMillis: () => deadline - Date.now(),
  };
}

/** Reports what the process cannot go on from, for the invocation it was in or for the start, and ends it. */
async function dieOf(error, type) {
  process.stderr.write(`${error?.stack ?? error}\n`);
  const path = current === undefined ? '/init/error' : `/invocation/${current}/error`;
  await call('POST', path, describe(error, type)).catch(() => undefined);
  process.exit(1);
}

function describe(error, errorType = error?.name ?? 'Error') {
  const stackTrace = String(error?.stack ?? '').split('\n');
  return JSON.stringify({ errorType, errorMessage: String(error?.message ?? error), stackTrace });
}

function named(name, message) {
  return Object.assign(new Error(message), { name });
}

function call(method, path, body) {
  return new Promise((resolve, reject) => {
    const sent = request({ host, port, path: `/2018-06-01/runtime${path}`, method, agent }, (response) => {
      const chunks = [];
      response.on('data', (chunk) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => resolve({ headers: response.headers, body: Buffer.concat(chunks).toString() }));
    });
    sent.on('error', reject);
    sent.end(body);
  });
}
