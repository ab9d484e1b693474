/** What a function's bundle exports. */
interface FunctionModule {
  readonly handler?: (event: unknown, context: unknown) => Promise<unknown>;
}

const start = performance.now();
const { handler } = (await import(process.argv[2] ?? '')) as FunctionModule;
// A function opens its stores, and loads their clients, while its module has long been imported; its first call waits for that.
// A call without time left ends as soon as it is over, before any request.
await handler?.({ Records: [] }, { awsRequestId: 'bench', getRemainingTimeInMillis: () => 0 }).catch(unlessCutOff);
process.stdout.write(`${performance.now() - start}\n`, () => process.exit());

function unlessCutOff(error: unknown): void {
  if ((error as { readonly code?: unknown }).code !== 'Aborted') {
    throw error;
  }
}
