import base from './jest.config.js';

/** Soak, large objects and whole stories: minutes, not seconds. */
export default {
  ...base,
  testMatch: ['<rootDir>/test/long/**/*.test.ts'],
  testPathIgnorePatterns: ['/node_modules/'],
  maxWorkers: 1,
  testTimeout: 600_000,
};
