import { createHash } from 'node:crypto';
import { Agent as HttpAgent } from 'node:http';
import { type AgentOptions, Agent as HttpsAgent } from 'node:https';

/** Connections to the API server that may be open at a time; further requests wait for one of them. */
const maxSockets = 64;

/** What of an agent's options decides whom it trusts and as whom it presents itself. */
const identifying = ['ca', 'cert', 'key', 'servername', 'rejectUnauthorized'] as const;

/**
 * Keeps connections alive between requests.
 *
 * The client makes an agent for each request, from certificates that it reads anew; each would open a connection of its own. While the
 * certificates stay the same, so does the agent here. Agents of a proxy are left as they are.
 */
export class Agents {
  #kept: { readonly agent: HttpAgent; readonly identity: string } | undefined;

  /** The agent to send a request with, in place of the one that was made for it. */
  insteadOf(made: HttpAgent | undefined): HttpAgent | undefined {
    if (made === undefined || (made.constructor !== HttpsAgent && made.constructor !== HttpAgent)) {
      return made;
    }
    const { options } = made as HttpsAgent;
    const identity = identityOf(made.constructor === HttpsAgent, options);
    if (this.#kept?.identity !== identity) {
      this.#letGo();
      const kept = { ...options, keepAlive: true, maxSockets };
      const agent = made.constructor === HttpsAgent ? new HttpsAgent(kept) : new HttpAgent(kept);
      this.#kept = { agent, identity };
    }
    return this.#kept.agent;
  }

  /** Closes all connections. */
  close(): void {
    this.#kept?.agent.destroy();
    this.#kept = undefined;
  }

  /** Closes what is idle; what carries a request still, closes after it. */
  #letGo(): void {
    const agent = this.#kept?.agent;
    for (const socket of Object.values(agent?.freeSockets ?? {}).flat()) {
      socket?.destroy();
    }
    agent?.on('free', (socket: { destroy(): void }) => socket.destroy());
  }
}

function identityOf(secure: boolean, options: AgentOptions): string {
  const hash = createHash('sha256').update(String(secure));
  for (const field of identifying) {
    hash.update(`\n${field} ${String(options[field] ?? '')}`);
  }
  return hash.digest('hex');
}
