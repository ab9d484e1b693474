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
  testSequencer: '<rootDir>/test/slow-first.js',
  workerIdleMemoryLimit: '512MB', // A worker that has grown is started anew before its next suite.
};
