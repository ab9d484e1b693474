import { InvalidArgumentError, Option } from 'commander';
import { didYouMean } from '../lib/config/nearest.ts';
import { isObjectClass, type ObjectClass, objectClasses } from '../lib/kops/object-class.ts';

/** `--class CLASS[,CLASS…]`, which may be repeated. */
export function classOption(flags: string, description: string): Option {
  return new Option(flags, description).argParser(parseClasses);
}

/** `--cluster GLOB[,GLOB…]`, which may be repeated. */
export function clusterOption(): Option {
  const description = 'only these clusters, separated by commas; * stands for any signs, ? for one';
  return new Option('--cluster <glob>', description).argParser((text: string, earlier: readonly string[] = []) => [
    ...earlier,
    ...text.split(','),
  ]);
}

/** An option that takes a whole number from `least` on. */
export function numberOption(flags: string, description: string, least: number): Option {
  return new Option(flags, description).argParser((text: string) => {
    if (!/^\d{1,9}$/.test(text) || Number(text) < least) {
      throw new InvalidArgumentError(`A whole number from ${least} on is expected.`);
    }
    return Number(text);
  });
}

function parseClasses(text: string, earlier: readonly ObjectClass[] = []): readonly ObjectClass[] {
  return [...earlier, ...text.split(',').map(parseClass)];
}

function parseClass(text: string): ObjectClass {
  if (!isObjectClass(text)) {
    const hint = didYouMean(text, objectClasses) || `; the classes are ${objectClasses.join(', ')}`;
    throw new InvalidArgumentError(`${JSON.stringify(text)} is no class of objects${hint}`);
  }
  return text;
}
