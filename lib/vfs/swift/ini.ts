/** Sections of a configuration file by name, each with its values by name. */
export type IniFile = ReadonlyMap<string, ReadonlyMap<string, string>>;

/**
 * Reads a configuration file as the library does that kOps reads `~/.openstack/config` with (`go-ini`), as far as such a file goes: names are told apart by
 * case, `=` or `:` follows a name, `#` and `;` begin a comment anywhere but in back quotes, a `\` at the end of a line joins the next, and quotes
 * around a value are not part of it.
 *
 * Throws an error that names the line, and repeats nothing of it: it may hold a password.
 */
export function parseIni(text: string): IniFile {
  const sections = new Map<string, Map<string, string>>();
  const sectionOf = (name: string) => {
    const section = sections.get(name) ?? new Map<string, string>();
    sections.set(name, section);
    return section;
  };
  let section = sectionOf('DEFAULT');
  const lines = text.replace(/^\ufeff/, '').split('\n');
  for (let index = 0; index < lines.length; index += 1) {
    const line = (lines[index] ?? '').trim();
    if (line === '' || line.startsWith('#') || line.startsWith(';')) {
      continue;
    }
    const number = index + 1;
    if (line.startsWith('[')) {
      section = sectionOf(sectionName(line, number));
      continue;
    }
    const [, name = '', first = ''] = /^([^=:]*)[=:](.*)$/.exec(line) ?? fail(number, 'has neither "=" nor ":"');
    let value = first.trim();
    while (value.endsWith('\\') && !value.startsWith('`')) {
      index += 1;
      value = value.slice(0, -1) + (lines[index] ?? '').trim();
    }
    section.set(name.trim(), unquoted(value));
  }
  return sections;
}

function sectionName(line: string, number: number): string {
  const end = line.lastIndexOf(']');
  return end < 0 ? fail(number, 'begins a section that is not closed') : line.slice(1, end);
}

function unquoted(value: string): string {
  for (const quote of ['"""', '`']) {
    const end = value.lastIndexOf(quote);
    if (value.startsWith(quote) && end >= quote.length) {
      return value.slice(quote.length, end);
    }
  }
  const bare = value.replace(/[#;].*$/, '').trim();
  const [, inner] = /^(?:'([^']*)'|"([^"]*)")$/.exec(bare)?.filter((part) => part !== undefined) ?? [];
  return inner ?? bare;
}

function fail(line: number, what: string): never {
  throw new Error(`line ${line} ${what}`);
}
