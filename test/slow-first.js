/** What takes up to nine times as long in a worker that has run seventy suites before. */
const hungry = ['/interleaving/', '/fix-cases.'];

/** Starts what is hungry first, in workers that are still empty. The others come largest first, so that none is left alone at the end. */
export default class SlowFirst {
  sort(tests) {
    const rank = ({ path }) => (hungry.some((part) => path.includes(part)) ? 0 : 1);
    const size = ({ context, path }) => context.hasteFS.getSize(path) ?? 0;
    return [...tests].sort((a, b) => rank(a) - rank(b) || size(b) - size(a));
  }

  shard(tests) {
    return tests;
  }

  allFailedTests(tests) {
    return tests;
  }

  cacheResults() {}
}
