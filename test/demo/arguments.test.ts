import { describe, expect, it } from '@jest/globals';
import { readArguments } from '../../demo/arguments.ts';

describe('arguments of the demo', () => {
  it('have defaults', () => {
    expect(readArguments([])).toEqual({ state: undefined, changes: 200, sabotage: false, log: false, help: false });
  });

  it('are read', () => {
    expect(readArguments(['--state', 's3://b', '--changes', '20', '--sabotage'])).toMatchObject({
      state: 's3://b',
      changes: 20,
      sabotage: true,
    });
  });

  it.each(['abc', '', '0', '-1', '1.5', '1e3', '20x', '99999999'])('refuse --changes=%s', (changes) => {
    expect(() => readArguments([`--changes=${changes}`])).toThrow('expected a whole number from 1 to 9999999');
  });

  it('refuse what is unknown', () => {
    expect(() => readArguments(['--fast'])).toThrow('--fast');
  });
});
