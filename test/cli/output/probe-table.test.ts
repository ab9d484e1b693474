import { describe, expect, it } from '@jest/globals';
import { type ProbeSummary, probeShape } from '../../../cli/output/probe-table.ts';
import { denialsOf, isDenied } from '../../../lib/vfs/denials.ts';
import { memoryCapabilities } from '../../../lib/vfs/memory/capabilities.ts';

const summary: ProbeSummary = {
  store: 's3://state',
  honest: true,
  guarantee: { asSource: 'cas', asDestination: 'cas', missing: [] },
  pinned: null,
  capabilities: { copy: false },
};

describe('the lines that a probe gives', () => {
  it.each([
    [
      'what to write, where nothing is pinned',
      {},
      "For the store's entry in statesync.yaml:\n    capabilities:\n      copy: false\n",
    ],
    [
      'that nothing is to be done, where just this is pinned',
      { pinned: { copy: false } },
      'The entry in statesync.yaml pins just this.\n',
    ],
    [
      'what would be enough, where more is pinned',
      { pinned: { copy: false, versions: false } },
      'The entry in statesync.yaml denies more than this, which is all that it needs:\n    capabilities:\n      copy: false\n',
    ],
    [
      'what to write, where less is pinned',
      { honest: false, pinned: { versions: false } },
      "For the store's entry in statesync.yaml:\n    capabilities:\n      copy: false\n",
    ],
  ])('say %s', (_, changes, text) => {
    const table = probeShape.table([], { ...summary, ...changes });
    expect(table.slice(table.indexOf('\n\n', 40) + 2)).toBe(text);
  });
});

describe('what a probe denies', () => {
  it('is what the driver declares and the store does not honour, and nothing else', () => {
    const found = { copy: false, versions: false, readRange: true, writeVerifies: ['md5'] } as const;
    expect(denialsOf(memoryCapabilities, found)).toEqual({ copy: false, writeVerifies: ['md5'] });
    expect(denialsOf(memoryCapabilities, { writeVerifies: memoryCapabilities.writeVerifies })).toEqual({});
    expect(denialsOf(memoryCapabilities, {})).toEqual({});
  });

  it.each([
    [{ copy: false }, ['copy', false], true],
    [{}, ['copy', false], false],
    [{ writeVerifies: ['md5'] }, ['writeVerifies', ['md5', 'sha256']], true],
    [{ writeVerifies: [] }, ['writeVerifies', ['md5']], true],
    [{ writeVerifies: ['md5', 'sha256'] }, ['writeVerifies', ['md5']], false],
    [{}, ['writeVerifies', []], false],
  ] as const)('%j covers %j: %j', (pinned, denial, covers) => {
    expect(isDenied(pinned, denial)).toBe(covers);
  });
});
