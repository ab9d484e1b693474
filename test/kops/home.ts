import type { Surroundings } from '../../lib/kops/setting.ts';

/** A user's home with these files, by absolute path. A file that is an Error is there and cannot be read. */
export function home(files: Readonly<Record<string, string | Error>>, env: Surroundings['env'] = {}): Surroundings {
  return {
    env,
    home: '/home/ada',
    readFile: async (path) => {
      const file = files[path] ?? Object.assign(new Error(`no such file: ${path}`), { code: 'ENOENT' });
      if (file instanceof Error) {
        throw file;
      }
      return file;
    },
  };
}
