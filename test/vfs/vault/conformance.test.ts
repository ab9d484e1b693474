import { compose } from '../../../lib/vfs/driver.ts';
import { prefixed } from '../../../lib/vfs/layers/prefix.ts';
import { describeDriver } from '../../conformance/suite.ts';
import { vaultDeviations } from '../../servers/vault/quirks.ts';
import { startLocalVault } from './local-vault.ts';

const plain = await startLocalVault();
const strict = await startLocalVault({ casRequired: true, maxVersions: 3 });

await describeDriver('a KV of version 2', {
  open: async () => plain.open(),
  second: async () => plain.open(),
  deviations: vaultDeviations,
  close: () => plain.close(),
});

await describeDriver('a prefix of a KV that requires check-and-set and keeps three versions', {
  open: async () => compose(strict.open(), prefixed('clusters/prod.example.com')),
  deviations: vaultDeviations,
  modelRuns: 5,
  close: () => strict.close(),
});
