import base from './jest.config.js';

/** Against a server that runs already, one file at a time; test/servers/main.ts starts servers and calls this for each. */
export default {
  ...base,
  testMatch: ['<rootDir>/test/servers/**/*.test.ts'],
  testPathIgnorePatterns: ['/node_modules/'],
  maxWorkers: 1,
  testTimeout: 60_000,
};
