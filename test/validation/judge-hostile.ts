import { mendText } from '../../lib/validation/fix/text.ts';
import { findingText } from '../../lib/validation/formats/text.ts';
import { validateManifests } from '../../lib/validation/validate-manifests.ts';
import { hostileManifests } from './hostile-manifests.ts';

// Run by itself, in a process with little memory: judges the manifests that are named as `validate` does, and writes a line of JSON about each.

const wanted = process.argv.slice(2);

for (const [name, make] of Object.entries(hostileManifests)) {
  if (wanted.length === 0 || wanted.includes(name)) {
    const text = make();
    const before = process.cpuUsage();
    const { findings } = validateManifests([{ file: 'x', text }]);
    const texts = new Map([['x', text]]);
    const shown = findings
      .slice(0, 100)
      .map((finding) => findingText(finding, texts))
      .join('\n').length;
    const { user, system } = process.cpuUsage(before);
    const mended = mendText(text, findings.slice(0, 2)).mended.length;
    const answer = {
      name,
      findings: findings.length,
      rule: findings[0]?.rule,
      shown,
      mended,
      cpuMs: (user + system) / 1_000,
    };
    process.stdout.write(`${JSON.stringify({ ...answer, maxRssMb: process.resourceUsage().maxRSS / 1_024 })}\n`);
  }
}
