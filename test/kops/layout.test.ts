import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { classify } from '../../lib/kops/layout.ts';
import {
  defaultDeletePolicy,
  isObjectClass,
  neverCarriedClasses,
  objectClasses,
  sensitiveClasses,
} from '../../lib/kops/object-class.ts';
import { sampleKeys } from './sample-keys.ts';

describe('classify', () => {
  it.each(sampleKeys)('knows %s', (key, info) => {
    expect(classify(key)).toEqual(info);
  });

  it('has an example of every class', () => {
    const met = new Set(sampleKeys.map(([, info]) => info.class));
    expect(objectClasses.filter((objectClass) => !met.has(objectClass))).toEqual([]);
  });

  it('answers for any text, with a cluster that the key begins with', () => {
    fc.assert(
      fc.property(anyKey, (key) => {
        const { class: objectClass, cluster } = classify(key);
        expect(objectClass === undefined || isObjectClass(objectClass)).toBe(true);
        expect(cluster === undefined || (cluster !== '' && key.startsWith(`${cluster}/`))).toBe(true);
      }),
    );
  });

  it('gives a key the same class in a cluster of any name', () => {
    const name = fc
      .array(fc.stringMatching(/^[a-z][a-z0-9-]{0,8}\.example\.com$/), { minLength: 1, maxLength: 3 })
      .map((segments) => segments.join('/'));
    const known = sampleKeys.filter(([, { cluster }]) => cluster === 'prod.k8s.example.com');
    fc.assert(
      fc.property(name, fc.constantFrom(...known), (cluster, [key, info]) => {
        const path = key.slice('prod.k8s.example.com/'.length);
        expect(classify(`${cluster}/${path}`)).toEqual({ ...info, cluster });
      }),
    );
  });

  it('never takes what lies among keys and secrets for harmless', () => {
    const inside = fc.tuple(fc.constantFrom('pki/private/', 'pki/issued/', 'secrets/'), anyKey);
    fc.assert(
      fc.property(inside, ([directory, rest]) => {
        fc.pre(!rest.split('/').includes('.statesync'));
        expect(sensitiveClasses).toContain(classify(`prod.example.com/${directory}${rest}`).class);
      }),
    );
  });
});

describe('the object classes', () => {
  it('retain at the destination what cannot be made again', () => {
    const retained = objectClasses.filter((objectClass) => defaultDeletePolicy[objectClass] === 'retain');
    expect(retained).toEqual(['config', 'keyset', 'ssh-key', 'secret', 'etcd-control']);
  });

  it('never carry a command of etcd-manager', () => {
    expect([...neverCarriedClasses]).toEqual(['etcd-command']);
  });

  it('count as sensitive what holds keys or credentials', () => {
    expect([...sensitiveClasses]).toEqual(['keyset', 'secret', 'addon', 'manifest', 'etcd-backup']);
  });
});

/** Texts of all sorts, most of them built from the words that the layout is made of. */
const word = fc.constantFrom(
  ...new Set(sampleKeys.flatMap(([key]) => key.split('/'))),
  ...['', '.', '..', 'a b', '\u{1F980}', '\ud800', 'a\nb'],
);
const anyKey = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.array(word, { maxLength: 8 }).map((words) => words.join('/')),
);
