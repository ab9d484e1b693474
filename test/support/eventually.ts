/** Waits until a condition holds, looking again and again; rejects when it has not come true within ten seconds. */
export async function eventually(condition: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 10_000;
  while (!(await condition())) {
    if (Date.now() > deadline) {
      throw new Error('the condition did not come true within ten seconds');
    }
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
