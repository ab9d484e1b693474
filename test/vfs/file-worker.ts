/**
 * A process that works on a directory together with others: `file-worker DIRECTORY TASK TIMES`.
 *
 * `count` adds TIMES to the text of `counter`, by compare-and-swap. `locked` adds TIMES to the number in DIRECTORY/number, each time
 * under a lock, and `dying` does the same but ends by SIGKILL while it holds the lock for the last time. All wait for DIRECTORY/go, so
 * that they work at the same time.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { systemClock } from '../../lib/flow/clock.ts';
import { textSource } from '../../lib/vfs/body.ts';
import { isRefusedCondition } from '../../lib/vfs/errors.ts';
import { createFileDriver } from '../../lib/vfs/file/driver.ts';
import { thisProcess } from '../../lib/vfs/file/holder.ts';
import { FileLocks } from '../../lib/vfs/file/locks.ts';
import { Store } from '../../lib/vfs/store.ts';
import { textOf } from '../support/sources.ts';

const [directory = '', task = '', times = '0'] = process.argv.slice(2);

async function count(): Promise<void> {
  const store = new Store(createFileDriver({ directory, clock: systemClock }));
  for (let done = 0; done < Number(times); ) {
    const { stat, body } = await store.read('counter');
    const source = textSource(`${Number(await textOf(body)) + 1}`);
    try {
      await store.write('counter', source, { precondition: { kind: 'if-match', revision: stat.revision } });
      done += 1;
    } catch (error) {
      if (!isRefusedCondition(error)) {
        throw error;
      }
    }
  }
}

async function countLocked(dies: boolean): Promise<void> {
  const locks = new FileLocks(join(directory, 'locks'), await thisProcess(), systemClock);
  const file = join(directory, 'number');
  for (let turn = 1; turn <= Number(times); turn += 1) {
    await locks.withLock('number', new AbortController().signal, async () => {
      const number = Number(readFileSync(file, 'utf8'));
      await new Promise((resolve) => {
        setImmediate(resolve);
      });
      writeFileSync(file, `${number + 1}`);
      if (dies && turn === Number(times)) {
        process.kill(process.pid, 'SIGKILL');
      }
    });
  }
}

writeFileSync(join(directory, `ready-${process.pid}`), '');
while (!existsSync(join(directory, 'go'))) {
  await systemClock.sleep(5);
}
await (task === 'count' ? count() : countLocked(task === 'dying'));
