process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true'; // Known; the warning would fill the output of every test.

/** @type {import('jest').Config} */
export default {
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  testPathIgnorePatterns: ['/node_modules/', '<rootDir>/test/long/', '<rootDir>/test/servers/'],
  modulePathIgnorePatterns: ['<rootDir>/dist/', '<rootDir>/cdk.out/'],
  transform: { '^.+\\.ts$': '@swc/jest' },
  extensionsToTreatAsEsm: ['.ts'],
  testEnvironment: 'node',
  restoreMocks: true,
  testTimeout: 20_000,
  maxWorkers: 2,
  // A worker that carries the heap of seventy suites along takes nine times as long for the interleavings.
  workerIdleMemoryLimit: '1GB',
};
