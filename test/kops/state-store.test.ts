import { describe, expect, it } from '@jest/globals';
import {
  requireStateStore,
  resolveStateStore,
  StateStoreError,
  unbuildableStateStore,
  unreadableStateStore,
} from '../../lib/kops/state-store.ts';
import { home } from './home.ts';

const files = {
  '/home/ada/.kops.yaml': 'kops_state_store: s3://from-first-file\n',
  '/home/ada/.kops/config': 'kops_state_store: s3://from-second-file\n',
};
const env = { KOPS_STATE_STORE: 's3://from-env' };

describe('resolveStateStore', () => {
  it('takes the flag first', async () => {
    expect(await resolveStateStore({ ...home(files, env), flag: 's3://from-flag' })).toEqual({
      value: 's3://from-flag',
      origin: { kind: 'flag', name: '--state' },
      warnings: [],
    });
  });

  it('takes an explicitly empty flag for an answer', async () => {
    const setting = await resolveStateStore({ ...home(files, env), flag: '' });
    expect(setting).toMatchObject({ value: '', origin: { kind: 'flag' } });
  });

  it('takes the variable next, unless it is empty', async () => {
    expect(await resolveStateStore({ ...home(files, env), flag: undefined })).toMatchObject({
      value: 's3://from-env',
      origin: { kind: 'env', name: 'KOPS_STATE_STORE' },
    });
    expect(await resolveStateStore({ ...home(files, { KOPS_STATE_STORE: '' }), flag: undefined })).toMatchObject({
      value: 's3://from-first-file',
    });
  });

  it('takes the first file that exists, and does not look into the second', async () => {
    expect(await resolveStateStore({ ...home(files), flag: undefined })).toEqual({
      value: 's3://from-first-file',
      origin: { kind: 'file', path: '/home/ada/.kops.yaml', key: 'kops_state_store' },
      warnings: [],
    });
    const second = { '/home/ada/.kops/config': files['/home/ada/.kops/config'] };
    expect(await resolveStateStore({ ...home(second), flag: undefined })).toMatchObject({
      value: 's3://from-second-file',
    });
    const silent = { ...files, '/home/ada/.kops.yaml': 'other: 1\n' };
    expect(await resolveStateStore({ ...home(silent), flag: undefined })).toEqual({
      value: '',
      origin: { kind: 'default' },
      warnings: [],
    });
  });

  it('reads the file that --config names, and no other', async () => {
    const own = { ...files, '/etc/kops': 'KOPS_STATE_STORE: s3://own\n' };
    expect(await resolveStateStore({ ...home(own), flag: undefined, configPath: '/etc/kops' })).toMatchObject({
      value: 's3://own',
      origin: { kind: 'file', path: '/etc/kops', key: 'KOPS_STATE_STORE' },
    });
    expect(await resolveStateStore({ ...home(files), flag: undefined, configPath: '/etc/kops' })).toMatchObject({
      value: '',
      warnings: ['error reading config: /etc/kops: no such file'],
    });
  });

  it.each([
    ['Kops_State_Store: s3://any-case', 's3://any-case'],
    ["kops_state_store: s3://bucket/ # the team's", 's3://bucket'],
    ['kops_state_store: s3://first\n---\nkops_state_store: s3://second', 's3://first'],
    ['kops_state_store: 42', '42'],
    ['kops_state_store:', ''],
    ['', ''],
  ])('reads %j', async (text, value) => {
    const setting = await resolveStateStore({ ...home({ '/home/ada/.kops.yaml': text }), flag: undefined });
    expect(setting).toMatchObject({ value, warnings: [] });
  });

  it.each([
    ['kops_state_store: "s3://never-closed', /^error reading config: \/home\/ada\/\.kops\.yaml: .*line 1/],
    ['- s3://a-list', /it holds no mapping$/],
    ['kops_state_store: [s3://a-list]', /kops_state_store is no text$/],
    [new Error('permission denied'), /permission denied$/],
  ])('only warns of %p', async (text, warning) => {
    const setting = await resolveStateStore({ ...home({ ...files, '/home/ada/.kops.yaml': text }), flag: undefined });
    expect(setting).toMatchObject({
      value: '',
      origin: { kind: 'default' },
      warnings: [expect.stringMatching(warning)],
    });
    expect(setting.warnings.join()).not.toContain('never-closed');
  });

  it.each([
    ['s3://bucket/', 's3://bucket'],
    ['s3://bucket//', 's3://bucket/'],
    ['s3://bucket', 's3://bucket'],
  ])('drops one slash at the end of %s', async (flag, value) => {
    expect(await resolveStateStore({ ...home({}), flag })).toMatchObject({ value });
  });
});

describe("kOps's errors", () => {
  it('ask for a state store when there is none', async () => {
    const none = await resolveStateStore({ ...home({}), flag: undefined });
    expect(() => requireStateStore(none)).toThrow(StateStoreError);
    expect(() => requireStateStore(none)).toThrow(
      'State Store: Required value: Please set the --state flag or export KOPS_STATE_STORE.\n' +
        'For example, a valid value follows the format s3://<bucket>.\n' +
        'You can find the supported stores in https://kops.sigs.k8s.io/state.',
    );
    expect(requireStateStore(await resolveStateStore({ ...home({}, env), flag: undefined }))).toBe('s3://from-env');
  });

  it('name a state store that cannot be used', () => {
    expect(unbuildableStateStore('ftp://x', 'unknown / unhandled path type: "ftp://x"').message).toBe(
      'error building path for "ftp://x": unknown / unhandled path type: "ftp://x"',
    );
    expect(unreadableStateStore('memfs://x').message).toBe(
      'State Store: Invalid value: "memfs://x": Unable to read state store.\n' +
        'Please use a valid state store when setting --state or KOPS_STATE_STORE env var.\n' +
        'For example, a valid value follows the format s3://<bucket>.\n' +
        'Trailing slash will be trimmed.',
    );
  });
});
